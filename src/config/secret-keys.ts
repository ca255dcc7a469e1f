/** Parses the key ring: 32-byte keys in base64url, distinct, and random as far as one can tell. */
import { z } from 'zod';

const KEY_BYTES = 32;
/** 32 random bytes hold about 30 different values; fewer than this is somebody's pattern. */
const LEAST_DISTINCT_BYTES = 16;

export const howToMakeAKey = `node -p "require('node:crypto').randomBytes(32).toString('base64url')"`;

/** True for keys that were typed or counted rather than drawn. A random key fails this less than once in 2^50. */
function looksMade(key: Uint8Array): boolean {
  const isText = key.every((byte) => byte >= 0x20 && byte < 0x7f);
  const isCounted = key.every((byte, at) => at === 0 || byte === ((key[at - 1] ?? 0) + 1) % 256);
  return new Set(key).size < LEAST_DISTINCT_BYTES || isText || isCounted;
}

function problemOf(text: string, at: number, all: readonly string[]): string | undefined {
  const key = Buffer.from(text, 'base64url');
  const which = `key ${at + 1} of ${all.length}`;
  if (key.byteLength !== KEY_BYTES || key.toString('base64url') !== text) {
    return `${which} is not 32 bytes in base64url (43 characters); make one with: ${howToMakeAKey}`;
  }
  if (looksMade(key)) return `${which} is not random; make one with: ${howToMakeAKey}`;
  if (all.indexOf(text) !== at) return `${which} repeats an earlier one`;
  return undefined;
}

export const secretKeys = z.string().transform((text, context): readonly Uint8Array[] => {
  const parts = text.split(',').map((part) => part.trim());
  const problems = parts.map(problemOf).filter((problem) => problem !== undefined);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return problems.length > 0 ? z.NEVER : Object.freeze(parts.map((part) => Buffer.from(part, 'base64url')));
});
