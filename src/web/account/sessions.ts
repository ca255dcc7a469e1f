/** Who is signed in at /account: never longer than the provider's own session, and never past an end of the account's sessions. */
import type { Context } from 'koa';
import { hasEnded } from '../../domain/accounts/ended-sessions.ts';
import { isUsable } from '../../domain/accounts/usable.ts';
import { ACCOUNT_CLIENT_ID } from '../../domain/clients/register.ts';
import { type Strength, strengthOfSignIn, strongerOf } from '../../domain/factors/strength.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import { hasToAccept } from '../../domain/terms/terms.ts';
import type { OwnSignIn } from '../../provider/own-client/own-client.ts';
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
  /** How strong that proof was. */
  readonly strength: Strength;
}

interface Kept extends OwnSignIn {
  /** What was proven at this page since then, and when: seconds since the epoch. */
  readonly more?: { readonly strength: Strength; readonly provenAt: number };
}

export interface AccountSessionDeps extends SignedCookieDeps {
  readonly sessions: Pick<SessionStore, 'findByUid' | 'referenceOf'>;
  readonly accounts: Pick<AccountStore, 'get'>;
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

  begin(ctx: Context, signIn: OwnSignIn): void {
    this.#cookie.write(ctx, signIn);
  }

  /** Somebody who is signed in has just proven this, too: it counts for a short time. */
  strengthen(ctx: Context, strength: Strength): void {
    const kept = this.#cookie.read(ctx);
    if (kept !== undefined) this.#cookie.write(ctx, { ...kept, more: { strength, provenAt: this.#seconds() } });
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
    const { authTime, provenAt, more } = signIn;
    const isFresh = !needsTerms && this.#isRecent(provenAt);
    const proven = strengthOfSignIn(signIn);
    const strength = more !== undefined && this.#isRecent(more.provenAt) ? strongerOf(proven, more.strength) : proven;
    const session = { reference: this.#deps.sessions.referenceOf(signIn.sessionUid), document };
    return { account, authTime, session, isFresh, strength };
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
