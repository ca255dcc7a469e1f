/** Codes for whoever has lost the other factors: shown once, each good for one sign-in. */
import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';

/** How many there are at first. */
export const RECOVERY_CODES = 10;

/** 32 of them, without those that are taken for another: 0, 1, I and O. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** 50 bits: with the limits on guessing far more than anybody can try. */
const CHARACTERS = 10;

function newCode(): string {
  return Array.from(randomBytes(CHARACTERS), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

const grouped = (code: string): string => `${code.slice(0, CHARACTERS / 2)}-${code.slice(CHARACTERS / 2)}`;

/** In upper or lower case, with whatever blanks and hyphens. */
const typedCode = (text: string): string =>
  text
    .slice(0, 100)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');

/** How one is kept: a dump of the database tells nobody which it was. */
export function recoveryCodeHash(accountId: string, typed: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('recovery code', `${accountId}\0${typedCode(typed)}`);
}

export function newRecoveryCodes(
  accountId: string,
  keyedHash: KeyedHash,
): { readonly shown: readonly string[]; readonly hashes: readonly string[] } {
  const shown = Array.from({ length: RECOVERY_CODES }, () => grouped(newCode()));
  return { shown, hashes: shown.map((code) => recoveryCodeHash(accountId, code, keyedHash)) };
}
