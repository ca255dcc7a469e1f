/** Encrypts and decrypts stored values under the installation's secret keys. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const FORMAT = 1;
const KEY_ID_BYTES = 8;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + SALT_BYTES;

/** Thrown when a value was encrypted under a key that is not on the ring, was moved, or was altered. */
export class CannotDecrypt extends Error {
  override readonly name = 'CannotDecrypt';
  readonly code = 'cannot_decrypt';
}

interface RingKey {
  readonly id: string;
  /** Node is several times faster with a key object than with the same bytes. */
  readonly secret: KeyObject;
}

export interface KeyRing {
  /** How many keys it holds. */
  readonly size: number;
  /** Encrypts under the first key. `context` binds the value to its place: it decrypts nowhere else. */
  encrypt(plain: Uint8Array, context: string): Uint8Array;
  /** With the key that encrypted it; throws `CannotDecrypt` when that is not on the ring. */
  decrypt(encrypted: Uint8Array, context: string): Uint8Array;
  /** Position of the key that encrypted the value, the first being 0; undefined when no key of the ring did. */
  positionOf(encrypted: Uint8Array): number | undefined;
  /** One 32-byte key for each key of the ring, the active one first: for signing cookies and forms. */
  derive(label: string): readonly Buffer[];
}

function keyIdOf(secret: Uint8Array): string {
  return createHash('sha256')
    .update('latchkey key id\0')
    .update(secret)
    .digest('hex')
    .slice(0, KEY_ID_BYTES * 2);
}

/**
 * A key of its own for each record: one key with random nonces would be used up after 2^32 encryptions (NIST SP 800-38D 8.3). It is
 * one block of HKDF-Expand (RFC 5869 2.3); extraction is for secrets that are not random (3.3), and would be most of the cost.
 */
function subkey(secret: KeyObject, salt: Uint8Array, context: string): KeyObject {
  const hmac = createHmac('sha256', secret).update('latchkey encrypt\0').update(salt).update(`${context}\u0001`);
  return createSecretKey(hmac.digest());
}

function hasFormat(encrypted: Uint8Array): boolean {
  return encrypted.byteLength >= HEADER_BYTES + TAG_BYTES && encrypted[0] === FORMAT;
}

/** Each key encrypts one value only, so part of its salt can be the nonce. */
function nonceOf(salt: Uint8Array): Uint8Array {
  return salt.subarray(0, NONCE_BYTES);
}

/** From 32-byte secrets: the first encrypts, all decrypt. */
export function createKeyRing(secrets: readonly Uint8Array[]): KeyRing {
  const keys: RingKey[] = secrets.map((secret) => ({ id: keyIdOf(secret), secret: createSecretKey(secret) }));
  const [active] = keys;
  if (active === undefined) throw new TypeError('a key ring needs at least one key');
  if (secrets.some((secret) => secret.byteLength !== 32)) throw new TypeError('every secret key is 32 bytes long');

  function positionOf(encrypted: Uint8Array): number | undefined {
    if (!hasFormat(encrypted)) return undefined;
    const encryptedBy = Buffer.from(encrypted.buffer, encrypted.byteOffset + 1, KEY_ID_BYTES).toString('hex');
    const position = keys.findIndex(({ id }) => id === encryptedBy);
    return position < 0 ? undefined : position;
  }

  return {
    size: keys.length,

    encrypt(plain, context) {
      const salt = randomBytes(SALT_BYTES);
      const key = subkey(active.secret, salt, context);
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(salt)).setAAD(Buffer.from(context));
      const header = Buffer.concat([Buffer.of(FORMAT), Buffer.from(active.id, 'hex'), salt]);
      return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },

    decrypt(encrypted, context) {
      if (!hasFormat(encrypted)) throw new CannotDecrypt('not an encrypted value');
      const ringKey = keys[positionOf(encrypted) ?? -1];
      if (ringKey === undefined) throw new CannotDecrypt('encrypted under a key that SECRET_KEYS does not hold');
      const salt = encrypted.subarray(1 + KEY_ID_BYTES, HEADER_BYTES);
      const key = subkey(ringKey.secret, salt, context);
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(salt)).setAAD(Buffer.from(context));
      decipher.setAuthTag(encrypted.subarray(encrypted.byteLength - TAG_BYTES));
      try {
        const body = encrypted.subarray(HEADER_BYTES, encrypted.byteLength - TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch (cause) {
        throw new CannotDecrypt('altered, or moved from where it was encrypted', { cause });
      }
    },

    positionOf,

    derive: (label) =>
      keys.map(({ secret }) => Buffer.from(hkdfSync('sha256', secret, '', `latchkey derive\0${label}`, 32))),
  };
}

/** For text that others keep for us, as base64url: what they changed, made up or took from elsewhere does not decrypt. */
export function textCipher(ring: Pick<KeyRing, 'encrypt' | 'decrypt'>, context: string) {
  return {
    encrypt: (text: string): string => Buffer.from(ring.encrypt(Buffer.from(text), context)).toString('base64url'),

    decrypt(encrypted: string): string | undefined {
      const bytes = Buffer.from(encrypted, 'base64url');
      // One spelling of each value: decoding passes over what is no letter of the alphabet.
      if (bytes.toString('base64url') !== encrypted) return undefined;
      try {
        return Buffer.from(ring.decrypt(bytes, context)).toString();
      } catch (error) {
        if (error instanceof CannotDecrypt) return undefined;
        throw error;
      }
    },
  };
}
