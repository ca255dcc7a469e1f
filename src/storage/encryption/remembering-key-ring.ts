/** A key ring that remembers what it encrypted and decrypted last: the same value, in the same place, is not decrypted twice. */
import type { KeyRing } from './key-ring.ts';

export interface RememberedBytes {
  /** Of encrypted and plain values together; the oldest go first. */
  readonly atMost: number;
}

interface Remembered {
  readonly encrypted: Uint8Array;
  readonly plain: Uint8Array;
}

/** What an entry takes beside its values. */
const OVERHEAD_BYTES = 300;

const sizeOf = ({ encrypted, plain }: Remembered): number => encrypted.byteLength + plain.byteLength + OVERHEAD_BYTES;

/** Small buffers are cut from a larger one, which would be held as a whole. */
function ownCopy(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  copy.set(bytes);
  return copy;
}

/** Nothing can be stale: the database is read each time, and only bytes that are the same as before are not decrypted again. */
export function rememberingKeyRing(ring: KeyRing, { atMost }: RememberedBytes): KeyRing {
  // In the order of last use.
  const byPlace = new Map<string, Remembered>();
  let held = 0;

  function forget(context: string): void {
    const entry = byPlace.get(context);
    if (entry === undefined) return;
    byPlace.delete(context);
    held -= sizeOf(entry);
  }

  function remember(context: string, encrypted: Uint8Array, plain: Uint8Array): void {
    forget(context);
    const entry = { encrypted: ownCopy(encrypted), plain: ownCopy(plain) };
    byPlace.set(context, entry);
    held += sizeOf(entry);
    for (const oldest of byPlace.keys()) {
      if (held <= atMost) return;
      forget(oldest);
    }
  }

  return {
    ...ring,

    encrypt(plain, context) {
      const encrypted = ring.encrypt(plain, context);
      remember(context, encrypted, plain);
      return encrypted;
    },

    decrypt(encrypted, context) {
      const entry = byPlace.get(context);
      if (entry !== undefined && Buffer.compare(entry.encrypted, encrypted) === 0) {
        byPlace.delete(context);
        byPlace.set(context, entry);
        return entry.plain;
      }
      const plain = ring.decrypt(encrypted, context);
      remember(context, encrypted, plain);
      return plain;
    },
  };
}
