/** Hashes and verifies passwords; the stored form names its scheme. */
import { createHash } from 'node:crypto';
import bcrypt from 'bcrypt';

const OWN_SCHEME = 'bcrypt-sha384';
const BCRYPT_HASH = /^\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}$/;
const MIN_COST = 4;

export interface StoredHash {
  readonly scheme: 'bcrypt-sha384' | 'bcrypt';
  readonly cost: number;
  /** In bcrypt's own spelling. */
  readonly hash: string;
}

/** SHA-384 in base64 is 64 bytes without a NUL: bcrypt, which stops at 72 bytes, sees all of any password. */
function condense(password: string): string {
  return createHash('sha384').update(password.normalize('NFC')).digest('base64');
}

/** Undefined when the stored form is none that we can verify. */
export function readStoredHash(stored: string): StoredHash | undefined {
  const isOwn = stored.startsWith(`${OWN_SCHEME}$`);
  const hash = isOwn ? stored.slice(OWN_SCHEME.length) : stored;
  const cost = BCRYPT_HASH.exec(hash)?.groups?.cost;
  if (cost === undefined) return undefined;
  return { scheme: isOwn ? OWN_SCHEME : 'bcrypt', cost: Number(cost), hash };
}

export async function hashPassword(password: string, cost: number): Promise<string> {
  return `${OWN_SCHEME}${await bcrypt.hash(condense(password), cost)}`;
}

export function needsRehash(stored: StoredHash, cost: number): boolean {
  return isImported(stored) || stored.cost !== cost;
}

export function isImported({ scheme }: StoredHash): boolean {
  return scheme !== OWN_SCHEME;
}

/**
 * As it was typed, composed and decomposed. Keyboards differ in which one they send, and nobody knows which one was hashed where an
 * imported hash was made.
 */
function spellingsOf(password: string): readonly string[] {
  return [...new Set([password.normalize('NFC'), password, password.normalize('NFD')])];
}

/** What every comparison of an installation takes. */
export interface Effort {
  /** Of the costliest hash. */
  readonly cost: number;
  /** Whether one of its hashes may be of another spelling than ours: while there is none, one comparison is enough for all. */
  readonly hasImported: boolean;
}

/**
 * Whether it is the password of the stored hash. Takes as long for no hash as for any: one comparison at the cost for each spelling
 * of what was typed, although our own scheme needs one in all, and although one of them was right.
 */
export async function verifyPassword(
  password: string,
  stored: StoredHash | undefined,
  { cost, hasImported }: Effort,
): Promise<boolean> {
  const spellings = hasImported ? spellingsOf(password) : [password];
  const compared = stored?.scheme === OWN_SCHEME ? [condense(password)] : spellings;
  let isRight = false;
  for (const index of spellings.keys()) {
    const text = compared[index];
    const isReal = stored !== undefined && text !== undefined;
    // `$2y$` is PHP's name for what the library calls `$2b$`.
    if (isReal && (await bcrypt.compare(text, stored.hash.replace(/^\$2y\$/, '$2b$')))) isRight = true;
    await spendRemainder(password, cost, isReal ? stored.cost : undefined);
  }
  return isRight;
}

/**
 * Takes as long as what is missing to one comparison at `cost` after one at `spentCost`, and says nothing.
 * Each cost is twice the work of the one below: c, and then c, c+1, ... up to cost-1, add up to cost.
 */
async function spendRemainder(password: string, cost: number, spentCost: number | undefined): Promise<void> {
  if (spentCost === undefined) {
    await bcrypt.compare(condense(password), decoyHash(cost));
    return;
  }
  for (let next = Math.max(MIN_COST, spentCost); next < cost; next += 1) {
    await bcrypt.compare(condense(password), decoyHash(next));
  }
}

/** No password is known for it: the answer of a comparison with it is never looked at. */
function decoyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}
