/** The code that a link shows in another browser: whoever reads it there types it into the one that began. */
import { createHash, randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { Proof } from '../../storage/mail/registrations.ts';
import { isSameSecret } from '../constant-time.ts';
import { inTwoGroups, readableCode, typedCode } from '../readable-code.ts';

const CHARACTERS = 8;
const CODE_LIFE_MILLISECONDS = 15 * 60 * 1000;
const SECRET_BYTES = 32;
/** Record and secret, 43 characters each. */
const SECRET_FORM = /^(?<id>[\w-]{43})(?<secret>[\w-]{43})$/;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

const codeHash = (id: string, code: string, keyedHash: KeyedHash): string =>
  keyedHash.hash('registration code', `${id}\0${code}`);

/** Made of the secret, so that the page can show it again although it is kept nowhere. */
function codeOf(secret: string, keyedHash: KeyedHash): string {
  const bytes = Buffer.from(keyedHash.hash('registration code', `of\0${secret}`), 'base64url');
  return readableCode(bytes.subarray(0, CHARACTERS));
}

export interface ShownCode {
  readonly code: string;
  /** For a hidden field: whoever has it may choose a new password. */
  readonly secret: string;
}

export function newProof(id: string, now: number, keyedHash: KeyedHash): { shown: ShownCode; proof: Proof } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const code = codeOf(secret, keyedHash);
  const proof = {
    codeHash: codeHash(id, code, keyedHash),
    codeUntil: now + CODE_LIFE_MILLISECONDS,
    secretHash: hashOf(secret),
    guesses: 0,
  };
  return { shown: { code: inTwoGroups(code), secret: `${id}${secret}` }, proof };
}

export function isCode(
  typed: string,
  id: string,
  proof: Proof | undefined,
  deps: { now: number; keyedHash: KeyedHash },
) {
  const isRight = isSameSecret(proof?.codeHash ?? '', codeHash(id, typedCode(typed), deps.keyedHash));
  return isRight && proof !== undefined && deps.now < proof.codeUntil;
}

export function readSecret(text: string): { readonly id: string; readonly secret: string } | undefined {
  const { id, secret } = SECRET_FORM.exec(text)?.groups ?? {};
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

export function isSecret(secret: string, proof: Partial<Pick<Proof, 'secretHash'>> | undefined): boolean {
  return isSameSecret(proof?.secretHash ?? '', hashOf(secret));
}

/** The same code again, for a page that is shown once more after a mistake in its form. */
export function codeShownWith(secret: string, keyedHash: KeyedHash): string {
  return inTwoGroups(codeOf(secret, keyedHash));
}
