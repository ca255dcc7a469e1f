/** Whether a password is made of what anybody knows about its owner. */
import { domainToUnicode } from 'node:url';
import { isCommonWord } from './common-passwords.ts';
import { backwards, readable, spelled, spelledOut, withoutSigns } from './readings.ts';

export interface PasswordOwner {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  /** What this provider is called on its pages. */
  readonly brandName: string;
}

const PRODUCT = 'latchkey';
/** Shorter ones stand in many other words: they count beside others alone. */
const MIN_WORD = 4;
const MIN_PART = 2;
/** UTF-16 units: an address or name is shorter, and what is not must not take longer. */
const MAX_TEXT = 400;
/** So much beside them makes a password of its own, unless it is a common one. */
const MIN_REST = 6;

const TAKEN = '\0';
const cut = (text = ''): string => text.slice(0, MAX_TEXT);
const partsOf = (text: string): readonly string[] => readable(text).match(/\p{L}+/gu) ?? [];

/** The longest first, so that none is cut to pieces by another one. */
function ownWords(owner: PasswordOwner): readonly string[] {
  const email = cut(owner.email);
  const username = cut(owner.username);
  const name = cut(owner.name);
  const at = email.lastIndexOf('@');
  const mailbox = email.slice(0, Math.max(0, at));
  // Without the last label: `com` is nobody's own.
  const labels = domainToUnicode(email.slice(at + 1))
    .split('.')
    .slice(0, -1);
  const texts = [email, mailbox, ...labels, username, name, owner.brandName, PRODUCT];
  const long = [...texts, ...texts.flatMap(partsOf)].map(spelled).filter(({ length }) => length >= MIN_WORD);
  const short = [name, mailbox, username].flatMap(partsOf).map(spelled);
  const words = new Set([...long, ...long.map(backwards), ...short.filter(({ length }) => length >= MIN_PART)]);
  return [...words].sort((one, other) => other.length - one.length);
}

/** What is left of the password, or undefined where nothing of it is the owner's. */
function restOf(password: string, owner: PasswordOwner): string | undefined {
  const letters = Array.from(readable(password)).map((typed) => ({ typed, spelled: spelledOut(typed) }));
  const written = letters.filter((letter) => letter.spelled !== '');
  const text = written.map((letter) => letter.spelled).join('');
  const left = ownWords(owner).reduce((rest, word) => rest.replaceAll(word, TAKEN.repeat(word.length)), text);
  const taken = new Set(written.filter((_, index) => left[index] === TAKEN));
  if (taken.size < MIN_WORD) return undefined;
  return letters.flatMap((letter) => (taken.has(letter) ? [] : [letter.typed])).join('');
}

/** A long passphrase may hold a name: it is the rest that counts, without the digits around it. */
export function isMadeOfOwnWords(password: string, owner: PasswordOwner): boolean {
  const rest = restOf(password, owner);
  if (rest === undefined) return false;
  const core = withoutSigns(rest).replace(/^\p{N}+|\p{N}+\p{L}?$|\p{N}+$/gu, '');
  return core.length < MIN_REST || isCommonWord(rest);
}
