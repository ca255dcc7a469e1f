/** NIST SP 800-63B 3.1.1: long enough, and not among the first that an attacker tries. */
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { DomainError } from '../domain-error.ts';

const MIN_CHARACTERS = 8;
export const MAX_PASSWORD_CHARACTERS = 1024;

// Compared in lower case, without digits and punctuation at the end: "Password123!" counts as "password".
const commonWords: ReadonlySet<string> = new Set(
  [
    'password passwort passw0rd p@ssword p@ssw0rd motdepasse contraseña qwertyuiop qwerty qwertz azerty',
    'asdfghjkl asdfgh abcdefgh abcdefg abcdef abc letmein welcome iloveyou administrator admin football',
    'baseball superman sunshine princess dragon monkey changeme trustno starwars whatever computer internet',
    'michael secret login test latchkey',
  ].flatMap((line) => line.split(' ')),
);

function isCommon(password: string): boolean {
  const lower = password.toLowerCase();
  const stem = lower.replace(/[^\p{L}]+$/u, '');
  return (
    commonWords.has(stem) ||
    commonWords.has(lower) ||
    new Set(lower).size <= 2 ||
    '01234567890123456789'.includes(lower) ||
    '98765432109876543210'.includes(lower)
  );
}

/** Counted in the form that is hashed: keyboards and clipboards may write an accented letter as two characters. */
export function checkPasswordLimit(password: string): void {
  if ([...password.normalize('NFC')].length > MAX_PASSWORD_CHARACTERS) throw new DomainError('password_too_long');
}

export function checkPassword(
  password: string,
  { email, username }: { readonly email: string; readonly username?: string },
): void {
  if ([...password].length < MIN_CHARACTERS) throw new DomainError('password_too_short');
  checkPasswordLimit(password);
  const canonical = canonicalIdentifier(password);
  const mailbox = email.slice(0, email.lastIndexOf('@'));
  const names = [email, mailbox, ...(username === undefined ? [] : [username])];
  if (names.some((name) => canonicalIdentifier(name) === canonical)) throw new DomainError('password_like_login');
  if (isCommon(password)) throw new DomainError('password_too_common');
}
