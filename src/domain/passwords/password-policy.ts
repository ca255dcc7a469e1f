/** NIST SP 800-63B-4 3.1.1.2: long enough, and not among the first that an attacker tries. */
import { DomainError } from '../domain-error.ts';
import { isCommon } from './common-passwords.ts';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './length.ts';
import { isMadeOfOwnWords, type PasswordOwner } from './own-words.ts';

/** Counted in the form that is hashed: keyboards and clipboards may write an accented letter as two characters. */
function charactersOf(password: string): number {
  return Array.from(password.normalize('NFC')).length;
}

export function checkPasswordLimit(password: string): void {
  // In NFC a text is a fourth as long at least (UAX 15, 'Maximum Expansion'): a megabyte is not even normalized.
  const isHuge = password.length > MAX_PASSWORD_CHARACTERS * 8;
  if (isHuge || charactersOf(password) > MAX_PASSWORD_CHARACTERS) throw new DomainError('password_too_long');
}

export function checkPassword(password: string, owner: PasswordOwner): void {
  checkPasswordLimit(password);
  if (charactersOf(password) < MIN_PASSWORD_CHARACTERS) throw new DomainError('password_too_short');
  if (isMadeOfOwnWords(password, owner)) throw new DomainError('password_like_login');
  if (isCommon(password)) throw new DomainError('password_too_common');
}
