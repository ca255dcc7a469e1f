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

export async function verifyPassword(password: string, { scheme, hash }: StoredHash): Promise<boolean> {
  // `$2y$` is PHP's name for what the library calls `$2b$`.
  const readable = hash.replace(/^\$2y\$/, '$2b$');
  return bcrypt.compare(scheme === OWN_SCHEME ? condense(password) : password, readable);
}

export function needsRehash(stored: StoredHash, cost: number): boolean {
  return stored.scheme !== OWN_SCHEME || stored.cost !== cost;
}

/**
 * Takes as long as what is missing to one verification at `cost` after one at `spentCost`, and says nothing.
 * Each cost is twice the work of the one below: c, and then c, c+1, ... up to cost-1, add up to cost.
 */
export async function spendRemainder(password: string, cost: number, spentCost?: number): Promise<void> {
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
