/** Codes that people read in one place and type in another. */

/** 32 of them, without those that are taken for another: 0, 1, I and O. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** One character for each byte. */
export function readableCode(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

export function inTwoGroups(code: string): string {
  const half = code.length / 2;
  return `${code.slice(0, half)}-${code.slice(half)}`;
}

/** As it was before somebody typed it: in upper or lower case, with whatever blanks and hyphens. */
export function typedCode(text: string): string {
  return text
    .slice(0, 100)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
}
