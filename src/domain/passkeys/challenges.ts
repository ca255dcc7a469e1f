/**
 * What an authenticator has to sign (WebAuthn 13.4.3). A challenge carries its end and a keyed hash of what it is for, so that a page
 * that is merely shown stores nothing. It is good once: it is marked as used when somebody has signed it, and one of many has it.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { IssuedStore } from '../../storage/issued/tokens.ts';
import { isSameSecret } from '../constant-time.ts';

/** Long enough to look for a security key, and to be asked for its PIN. */
export const CHALLENGE_SECONDS = 10 * 60;

/** What may be done by signing it: with one interaction, for one account, or both. */
export type ChallengeUse =
  | readonly [use: 'sign in', interactionUid: string]
  | readonly [use: 'second factor', interactionUid: string, accountId: string]
  | readonly [use: 'add', accountId: string];

export interface ChallengesDeps {
  readonly keyedHash: KeyedHash;
  readonly issued: Pick<IssuedStore, 'firstSeen'>;
  readonly clock: Pick<Clock, 'now'>;
}

const NONCE_BYTES = 16;
const TIME_BYTES = 6;
const HASH_BYTES = 32;

export class Challenges {
  readonly #deps: ChallengesDeps;

  constructor(deps: ChallengesDeps) {
    this.#deps = deps;
  }

  /** In base64url. */
  issue(use: ChallengeUse): string {
    const begin = Buffer.alloc(NONCE_BYTES + TIME_BYTES);
    randomBytes(NONCE_BYTES).copy(begin);
    begin.writeUIntBE(this.#deps.clock.now() + CHALLENGE_SECONDS * 1000, NONCE_BYTES, TIME_BYTES);
    return Buffer.concat([begin, Buffer.from(this.#hash(begin, use), 'base64url')]).toString('base64url');
  }

  /** `foreign`: not made here, or for another use. */
  look(challenge: string, use: ChallengeUse): 'open' | 'expired' | 'foreign' {
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.byteLength !== NONCE_BYTES + TIME_BYTES + HASH_BYTES) return 'foreign';
    const begin = bytes.subarray(0, NONCE_BYTES + TIME_BYTES);
    if (!isSameSecret(this.#hash(begin, use), bytes.subarray(begin.byteLength).toString('base64url'))) return 'foreign';
    return this.#deps.clock.now() < this.#endOf(bytes) ? 'open' : 'expired';
  }

  /** True for one of many callers. */
  use(challenge: string): Promise<boolean> {
    const end = this.#endOf(Buffer.from(challenge, 'base64url'));
    // The same collection has the identifiers of clients, and no client id begins with NUL.
    return this.#deps.issued.firstSeen(`\0passkey challenge\0${challenge}`, end);
  }

  #endOf(bytes: Buffer): number {
    return bytes.readUIntBE(NONCE_BYTES, TIME_BYTES);
  }

  #hash(begin: Buffer, use: ChallengeUse): string {
    return this.#deps.keyedHash.hash('passkey challenge', JSON.stringify([begin.toString('base64url'), ...use]));
  }
}
