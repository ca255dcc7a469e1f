import { domainToUnicode } from 'node:url';
import { asciiDomain } from '../../storage/records/canonical-identifier.ts';
import { DomainError } from '../domain-error.ts';
import { hasInvisibleCharacter, hasVisibleCharacter } from '../visible-text.ts';

// RFC 5321 4.5.3.1: 64 octets before the @ and 254 in all.
const MAX_BYTES = 254;
const MAX_MAILBOX_BYTES = 64;
// No quoted forms (RFC 5321 4.1.2 discourages them): no address can end a mail header early.
const MAILBOX = /^[^\s\p{Cc}@<>()[\]\\,;:"]+$/u;
// RFC 1123 2.1, RFC 1035 2.3.4
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
// RFC 5892: letters, digits and their marks, the joiners, and the signs of its contextual rules (A.1 to A.7).
const LETTERS = /^(?!-|xn--)(?:[\p{L}\p{N}\p{M}\u00b7\u0375\u05f3\u05f4\u30fb-]|\u200c|\u200d)+(?<!-)$/u;
const IS_ASCII = /^[\x21-\x7e]+$/;
const JOINERS = /\u200c|\u200d/g;

interface Domain {
  readonly shown: string;
  readonly ascii: string;
}

// IDNA drops invisible characters; it checks itself where the joiners may stand (RFC 5892 A.1, A.2).
const hasInvisibleLetters = (domain: string): boolean => hasInvisibleCharacter(domain.replace(JOINERS, ''));

/** Undefined for anything but a domain. An internationalized one is shown in Unicode, however it was typed. */
function readDomain(typed: string): Domain | undefined {
  const ascii = asciiDomain(typed);
  if (ascii === undefined || hasInvisibleLetters(typed)) return undefined;
  const labels = ascii.split('.');
  if (!labels.every((label) => LABEL.test(label))) return undefined;
  if (!labels.some((label) => label.startsWith('xn--'))) return { shown: IS_ASCII.test(typed) ? typed : ascii, ascii };
  const shown = domainToUnicode(ascii);
  // RFC 5891 4.2.1: a label that does not encode to itself again only looks like an A-label.
  const isWhole = asciiDomain(shown) === ascii && shown.split('.').every((label) => LETTERS.test(label));
  return isWhole && !hasInvisibleLetters(shown) ? { shown, ascii } : undefined;
}

function isMailbox(text: string): boolean {
  // In compatibility form too, which is the one that is compared: a full-width @ must not become an @ there.
  const forms = [text, text.normalize('NFKC')];
  return (
    Buffer.byteLength(text) <= MAX_MAILBOX_BYTES &&
    !hasInvisibleCharacter(text) &&
    !/^\p{M}/u.test(text) &&
    forms.every((form) => MAILBOX.test(form))
  );
}

// Only these blanks are trimmed; other invisible characters are rejected, because the address is stored exactly.
const trimmed = (text: string): string => text.replace(/^[ \t\r\n]+/, '').replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '');

/** More than any that is valid, blanks around it included. Longer ones are refused unread: Unicode's forms take time. */
const MAX_TYPED_ADDRESS = 320;
const MAX_TYPED_NAME = 400;

/** Returns the address as it is stored. Whether mail arrives there is proven by confirming it. */
export function readEmailAddress(text: string): string {
  if (text.length > MAX_TYPED_ADDRESS) throw new DomainError('email_invalid');
  const email = trimmed(text.normalize('NFC'));
  const at = email.lastIndexOf('@');
  const mailbox = email.slice(0, Math.max(0, at));
  const domain = readDomain(email.slice(at + 1));
  if (domain === undefined || !isMailbox(mailbox)) throw new DomainError('email_invalid');
  if (Buffer.byteLength(`${mailbox}@${domain.ascii}`) > MAX_BYTES) throw new DomainError('email_invalid');
  return `${mailbox}@${domain.shown}`;
}

export const MAX_NAME_CHARACTERS = 200;
/** Line breaks among them, halves of characters, what turns the text around it, and what broken bytes become. */
const UNFIT_FOR_NAME = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\ufffd]/u;

const tooLongName = () =>
  new DomainError('name_too_long', { reason: `A name has at most ${MAX_NAME_CHARACTERS} characters.` });

/** Returns the full name as it is stored: shown on pages and put into mails, so it is one line of bounded length. */
export function readName(text: string): string {
  if (text.length > MAX_TYPED_NAME) throw tooLongName();
  const name = text.normalize('NFC').trim();
  if (Array.from(name).length > MAX_NAME_CHARACTERS) throw tooLongName();
  if (UNFIT_FOR_NAME.test(name) || !hasVisibleCharacter(name)) throw new DomainError('name_invalid');
  return name;
}

/** Of a field that may be left empty: undefined then. */
export function readOptionalName(text: string): string | undefined {
  return text.trim() === '' ? undefined : readName(text);
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
  if (text.length > MAX_TYPED_ADDRESS) throw new DomainError('username_invalid');
  // NFKC, so that full-width and other compatibility forms of a name are not a second name.
  const username = trimmed(text).normalize('NFKC');
  if (!USERNAME.test(username) || hasInvisibleCharacter(username)) throw new DomainError('username_invalid');
  // Usernames are compared without their case. Where both are taken, nobody may be named as another account is.
  if (isAccountId(username.toLowerCase())) {
    throw new DomainError('username_invalid', { reason: 'A username must not look like the id of an account.' });
  }
  return username;
}

const MAX_REASON_CHARACTERS = 150;

/** Why an account is disabled: one line, for the event and whoever looks the account up. */
export function readDisabledReason(text: string): string {
  if (text.length > MAX_TYPED_NAME) throw new DomainError('reason_invalid');
  const reason = text.normalize('NFC').trim();
  const isLine = hasVisibleCharacter(reason) && !UNFIT_FOR_NAME.test(reason);
  if (!isLine || Array.from(reason).length > MAX_REASON_CHARACTERS) throw new DomainError('reason_invalid');
  return reason;
}
