/** Makes a self-signed certificate for localhost at run time, so that no private key is kept in the source. */
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

// X.690 8.1: tag, length, content.
function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.byteLength;
  const short = size < 0x80 ? [size] : [0x81, size];
  return Buffer.concat([Buffer.of(tag, ...(size < 0x100 ? short : [0x82, size >> 8, size & 0xff])), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => encode(0x30, ...parts);
const oid = (hex: string): Buffer => encode(0x06, Buffer.from(hex, 'hex'));
const bits = (content: Uint8Array): Buffer => encode(0x03, Buffer.of(0), content);
const text = (tag: number, content: string): Buffer => encode(tag, Buffer.from(content));

const COMMON_NAME = '550403';
const SUBJECT_ALTERNATIVE_NAME = '551d11';
const NOTHING = encode(0x05);

const kinds = {
  ec: {
    newPair: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    // RFC 5758 3.2: ecdsa-with-SHA256.
    algorithm: sequence(oid('2a8648ce3d040302')),
  },
  rsa: {
    newPair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    // RFC 4055 5: sha256WithRSAEncryption.
    algorithm: sequence(oid('2a864886f70d01010b'), NOTHING),
  },
} as const;

/** RFC 5280 4.1: valid from 2020 to 2049 for localhost and 127.0.0.1. */
export function selfSigned(kind: keyof typeof kinds = 'ec'): Certificate {
  const { newPair, algorithm } = kinds[kind];
  const { publicKey, privateKey } = newPair();
  const name = sequence(encode(0x31, sequence(oid(COMMON_NAME), text(0x0c, 'localhost'))));
  const names = sequence(text(0x82, 'localhost'), encode(0x87, Buffer.of(127, 0, 0, 1)));
  const toBeSigned = sequence(
    encode(0xa0, encode(0x02, Buffer.of(2))),
    encode(0x02, Buffer.of(1)),
    algorithm,
    name,
    sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    encode(0xa3, sequence(sequence(oid(SUBJECT_ALTERNATIVE_NAME), encode(0x04, names)))),
  );
  const der = sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, privateKey)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
