/**
 * An authenticator and the browser before it, made by hand, so that each byte can be another one: what real ones never send is what
 * has to be refused. What is not said otherwise is as an honest one does it for the options that it was given.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Passkey } from '../../src/storage/factors/factors.ts';

type Cbor = number | string | Uint8Array | readonly Cbor[] | ReadonlyMap<number | string, Cbor>;

function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.of((major << 5) | argument);
  if (argument < 256) return Buffer.of((major << 5) | 24, argument);
  return Buffer.of((major << 5) | 25, argument >> 8, argument & 0xff);
}

/** RFC 8949, as much of it as authenticators use. */
export function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.byteLength), value]);
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, each]) => [cbor(key), cbor(each)])]);
  const items = value as readonly Cbor[];
  return Buffer.concat([head(4, items.length), ...items.map(cbor)]);
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** WebAuthn 6.1. */
export const FLAGS = { userPresent: 1, userVerified: 4, mayBeSynced: 8, isSynced: 16, hasCredential: 64 } as const;

const UNLOCKED = FLAGS.userPresent | FLAGS.userVerified;

export interface Ceremony {
  readonly challenge: string;
  readonly origin?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly counter?: number;
  /** In place of what the browser says, or beside it. */
  readonly clientData?: Readonly<Record<string, unknown>>;
  /** In place of what is sent, or beside it. */
  readonly sent?: Readonly<Record<string, unknown>>;
  /** In place of its own. */
  readonly id?: string;
}

export interface Assertion extends Ceremony {
  readonly userHandle?: string | undefined;
  /** Signs in place of its own. */
  readonly key?: KeyObject;
}

export interface Attestation extends Ceremony {
  readonly format?: string;
  readonly statement?: ReadonlyMap<string, Cbor>;
  /** COSE, in place of its own. */
  readonly publicKey?: Buffer;
  /** Of format `packed`, signed by the new key itself. */
  readonly isSelfSigned?: boolean;
}

export interface Home {
  readonly origin: string;
  readonly rpId: string;
}

export class Authenticator {
  readonly id = randomBytes(32).toString('base64url');
  readonly key: KeyObject;
  readonly publicKey: Buffer;
  readonly #home: Home;

  constructor(home: Home) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const coordinate = (text: string) => Buffer.from(text, 'base64url');
    const entries: [number, Cbor][] = [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ];
    this.key = privateKey;
    this.publicKey = cbor(new Map(entries));
    this.#home = home;
  }

  /** As it is kept of an account. */
  stored(more: Partial<Passkey> = {}): Passkey {
    const publicKey = this.publicKey.toString('base64url');
    const usual = { name: 'Key', counter: 0, transports: [], deviceType: 'singleDevice', addedAt: 0 } as const;
    return { id: this.id, publicKey, ...usual, ...more };
  }

  /** The answer to `navigator.credentials.get`, as JSON. */
  get({ userHandle, key = this.key, ...ceremony }: Assertion): string {
    const clientDataJSON = this.#clientData('webauthn.get', ceremony);
    const authenticatorData = this.#authenticatorData(ceremony);
    const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientDataJSON)]), key);
    return this.#answer(ceremony, { clientDataJSON, authenticatorData, signature }, { userHandle });
  }

  /** The answer to `navigator.credentials.create`, as JSON. */
  create({ isSelfSigned, publicKey = this.publicKey, ...ceremony }: Attestation): string {
    const clientDataJSON = this.#clientData('webauthn.create', ceremony);
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.of(id.byteLength >> 8, id.byteLength & 0xff);
    const credential = Buffer.concat([Buffer.alloc(16), length, id, publicKey]);
    const flags = (ceremony.flags ?? UNLOCKED) | FLAGS.hasCredential;
    const authData = Buffer.concat([this.#authenticatorData({ ...ceremony, flags }), credential]);
    const sig = sign('sha256', Buffer.concat([authData, sha256(clientDataJSON)]), this.key);
    const ownStatement: readonly [string, Cbor][] = isSelfSigned
      ? [
          ['alg', -7],
          ['sig', sig],
        ]
      : [];
    const { format = isSelfSigned ? 'packed' : 'none', statement = new Map(ownStatement) } = ceremony;
    const attestationObject = cbor(
      new Map<string, Cbor>([
        ['fmt', format],
        ['attStmt', statement],
        ['authData', authData],
      ]),
    );
    return this.#answer(ceremony, { clientDataJSON, attestationObject }, { transports: ['internal'] });
  }

  #clientData(type: string, { challenge, origin = this.#home.origin, clientData }: Ceremony): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...clientData }));
  }

  #authenticatorData({ rpId = this.#home.rpId, flags = UNLOCKED, counter = 0 }: Ceremony): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.of(flags), count]);
  }

  #answer(
    { sent, id = this.id }: Ceremony,
    bytes: Readonly<Record<string, Buffer>>,
    more: Readonly<Record<string, unknown>>,
  ): string {
    const texts = Object.entries(bytes).map(([name, value]) => [name, value.toString('base64url')]);
    return JSON.stringify({ id, response: { ...Object.fromEntries(texts), ...more, ...sent } });
  }
}
