/** Codes for whoever has lost the other factors: shown once, each good for one sign-in. */
import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { inTwoGroups, readableCode, typedCode } from '../readable-code.ts';

/** How many there are at first. */
export const RECOVERY_CODES = 10;

/** 50 bits: with the limits on guessing far more than anybody can try. */
const CHARACTERS = 10;

/** How one is kept: a dump of the database tells nobody which it was. */
export function recoveryCodeHash(accountId: string, typed: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('recovery code', `${accountId}\0${typedCode(typed)}`);
}

export function newRecoveryCodes(
  accountId: string,
  keyedHash: KeyedHash,
): { readonly shown: readonly string[]; readonly hashes: readonly string[] } {
  const shown = Array.from({ length: RECOVERY_CODES }, () => inTwoGroups(readableCode(randomBytes(CHARACTERS))));
  return { shown, hashes: shown.map((code) => recoveryCodeHash(accountId, code, keyedHash)) };
}
