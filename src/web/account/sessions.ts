/** Who is signed in at /account: never longer than the provider's own session, and never past an end of the account's sessions. */
import type { Context } from 'koa';
import { hasEnded } from '../../domain/accounts/ended-sessions.ts';
import { isUsable } from '../../domain/accounts/usable.ts';
import { ACCOUNT_CLIENT_ID } from '../../domain/clients/register.ts';
import type { MadeChange } from '../../domain/factors/factor-change.ts';
import { type ProvenStrength, type Strength, strengthOfSignIn, strongerOf } from '../../domain/factors/strength.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import { hasToAccept } from '../../domain/terms/terms.ts';
import type { OwnSignIn } from '../../provider/own-client/own-client.ts';
import type { FactorStore } from '../../storage/factors/factors.ts';
import {
  authorizationsOf,
  type ReferredSession,
  type SessionDocument,
  type SessionStore,
} from '../../storage/issued/sessions.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { SignedCookie, type SignedCookieDeps } from './signed-cookie.ts';

/** How old a proof of who somebody is may be where it allows a change: a page that is left open does not. */
export const PROOF_FRESH_MINUTES = 10;

/** As long as the longest session. */
const COOKIE_SECONDS = 90 * 24 * 60 * 60;

/** Whoever does not accept new terms can still leave. */
const CLOSING_PATH = `${ACCOUNT_PATH}/close`;

export interface SignedIn {
  readonly account: Account;
  /** When they proved who they are: whole seconds since the epoch. */
  readonly authTime: number;
  /** The one that they are signed in with. */
  readonly session: ReferredSession;
  /** They proved who they are a short time ago, in this browser and for this page. */
  readonly isFresh: boolean;
  /** How strong that proof was, with what was proven at this page since then. */
  readonly proven: ProvenStrength;
}

interface Kept extends Omit<OwnSignIn, 'acr' | 'amr'> {
  /** The strongest beyond the password, of which factors, and when: seconds since the epoch. */
  readonly proven?: Required<Omit<ProvenStrength, 'session'>> & { readonly at: number };
}

export interface AccountSessionDeps extends SignedCookieDeps {
  readonly sessions: Pick<SessionStore, 'findByUid' | 'referenceOf'>;
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly factors: Pick<FactorStore, 'get'>;
  /** Undefined where there are none to accept. */
  readonly termsVersion: string | undefined;
}

export class AccountSessions {
  readonly #cookie: SignedCookie<Kept>;
  readonly #deps: AccountSessionDeps;

  constructor(deps: AccountSessionDeps) {
    this.#cookie = new SignedCookie('latchkey_account', COOKIE_SECONDS, deps);
    this.#deps = deps;
  }

  async begin(ctx: Context, { acr, amr, ...signIn }: OwnSignIn): Promise<void> {
    const proven = await this.#provenBy(signIn, strengthOfSignIn({ acr, amr }));
    this.#cookie.write(ctx, { ...signIn, ...(proven && { proven }) });
  }

  /**
   * Somebody who is signed in has just proven this, or (`password`) changed something of their factors. Both count for a short time; what
   * was proven of the factors as they were before it goes on, and where that is stronger it is kept.
   */
  strengthen(ctx: Context, strength: Strength, { from, to }: MadeChange): void {
    const kept = this.#cookie.read(ctx);
    if (kept === undefined) return;
    const { proven: before } = kept;
    const isKept =
      before?.factorsAt === from &&
      this.#isRecent(before.at) &&
      strongerOf(strength, before.strength) === before.strength;
    const proven = isKept ? { ...before, factorsAt: to } : { strength, at: this.#seconds(), factorsAt: to };
    this.#cookie.write(ctx, { ...kept, proven });
  }

  end(ctx: Context): void {
    this.#cookie.clear(ctx);
  }

  async find(ctx: Context): Promise<SignedIn | undefined> {
    const signIn = this.#cookie.read(ctx);
    if (signIn === undefined) return undefined;
    const [document, account] = await Promise.all([this.#sessionOf(signIn), this.#deps.accounts.get(signIn.accountId)]);
    const now = this.#deps.clock.now();
    if (
      document === undefined ||
      account === undefined ||
      !isUsable(account, now) ||
      hasEnded(account, signIn.authTime)
    )
      return undefined;
    // A sign-in asks for them. What was posted goes there as without a fresh proof, so that what was typed is kept.
    const needsTerms = hasToAccept(account, this.#deps.termsVersion) && ctx.path !== CLOSING_PATH;
    if (needsTerms && ctx.method !== 'POST') return undefined;
    const { authTime, provenAt, proven: more } = signIn;
    const isFresh = !needsTerms && this.#isRecent(provenAt);
    const strength = this.#isRecent(more?.at) && more !== undefined ? more : ({ strength: 'password' } as const);
    const session = { reference: this.#deps.sessions.referenceOf(signIn.sessionUid), document };
    const proven: ProvenStrength = { ...strength, session: session.reference };
    return { account, authTime, session, isFresh, proven };
  }

  /** Between the proof and now somebody may have changed the factors: then it counts for no more than a password. */
  async #provenBy({ accountId, provenAt }: Kept, strength: Strength): Promise<Kept['proven']> {
    if (strength === 'password' || provenAt === undefined) return undefined;
    const { changedAt: factorsAt } = await this.#deps.factors.get(accountId);
    // The proof is of some time within that second.
    return factorsAt < (provenAt + 1) * 1000 ? { strength, factorsAt, at: provenAt } : undefined;
  }

  #seconds(): number {
    return Math.floor(this.#deps.clock.now() / 1000);
  }

  #isRecent(seconds = Number.NEGATIVE_INFINITY): boolean {
    return this.#seconds() - seconds <= PROOF_FRESH_MINUTES * 60;
  }

  /** A sign-out may end this page's authorization and leave the session with other apps: then nobody is signed in here. */
  async #sessionOf({ sessionUid, accountId }: OwnSignIn): Promise<SessionDocument | undefined> {
    const document = (await this.#deps.sessions.findByUid(sessionUid))?.document;
    if (document === undefined || document.isDestroyed || document.state.accountId !== accountId) return undefined;
    return Object.hasOwn(authorizationsOf(document), ACCOUNT_CLIENT_ID) ? document : undefined;
  }
}
