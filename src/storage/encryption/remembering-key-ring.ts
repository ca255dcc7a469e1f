/** A key ring that remembers what it encrypted and opened last: the same value, in the same place, is not opened twice. */
import type { KeyRing } from './key-ring.ts';

export interface RememberedBytes {
  /** Of encrypted and open values together; the oldest go first. */
  readonly atMost: number;
}

interface Remembered {
  readonly sealed: Uint8Array;
  readonly plain: Uint8Array;
}

/** What an entry takes beside its values. */
const OVERHEAD_BYTES = 300;

const sizeOf = ({ sealed, plain }: Remembered): number => sealed.byteLength + plain.byteLength + OVERHEAD_BYTES;

/** Small buffers are cut from a larger one, which would be held as a whole. */
function ownCopy(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  copy.set(bytes);
  return copy;
}

/**
 * Nothing is remembered that the process did not hold a moment ago, and nothing can be stale: the store is asked each time, and
 * only what it gives byte by byte as before counts as opened.
 */
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

  function remember(context: string, sealed: Uint8Array, plain: Uint8Array): void {
    forget(context);
    const entry = { sealed: ownCopy(sealed), plain: ownCopy(plain) };
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
      const sealed = ring.encrypt(plain, context);
      remember(context, sealed, plain);
      return sealed;
    },

    decrypt(sealed, context) {
      const entry = byPlace.get(context);
      if (entry !== undefined && Buffer.compare(entry.sealed, sealed) === 0) {
        byPlace.delete(context);
        byPlace.set(context, entry);
        return entry.plain;
      }
      const plain = ring.decrypt(sealed, context);
      remember(context, sealed, plain);
      return plain;
    },
  };
}
