import { DomainError } from '../domain-error.ts';

// RFC 5321 4.5.3.1: 64 octets before the @ and 254 in all.
const MAX_BYTES = 254;
const MAX_MAILBOX_BYTES = 64;
// No quoted forms (RFC 5321 4.1.2 discourages them): no address can end a mail header early.
const MAILBOX = /^[^\s\p{Cc}@<>()[\]\\,;:"]+$/u;
const DOMAIN = /^[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

/** Returns the address as it is stored. Whether mail arrives there is proven by confirming it. */
export function readEmailAddress(text: string): string {
  const email = text.normalize('NFC').trim();
  const at = email.lastIndexOf('@');
  const mailbox = email.slice(0, Math.max(0, at));
  const domain = email.slice(at + 1);
  const isPlausible =
    Buffer.byteLength(email) <= MAX_BYTES &&
    Buffer.byteLength(mailbox) <= MAX_MAILBOX_BYTES &&
    MAILBOX.test(mailbox) &&
    DOMAIN.test(domain) &&
    !domain.includes('..');
  if (!isPlausible) throw new DomainError('email_invalid');
  return email;
}

// No @: a username must never be mistaken for somebody's e-mail address.
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]{0,63}$/u;
// As `createAccount` makes them.
const ACCOUNT_ID = /^[0-9a-f]{32}$/;

export function isAccountId(text: string): boolean {
  return ACCOUNT_ID.test(text);
}

/** Returns the username as it is stored. */
export function readUsername(text: string): string {
  // NFKC, so that full-width and other compatibility forms of a name are not a second name.
  const username = text.normalize('NFKC').trim();
  if (!USERNAME.test(username)) throw new DomainError('username_invalid');
  // Usernames are compared without their case. Where both are taken, nobody may be named as another account is.
  if (isAccountId(username.toLowerCase())) {
    throw new DomainError('username_invalid', { reason: 'A username must not look like the id of an account.' });
  }
  return username;
}
