/** Signing in at /account and /developer, through the provider itself: where it begins, and where it comes back to. */
import { randomBytes } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import { ACCOUNT_CLIENT_ID } from '../../domain/clients/register.ts';
import { isSameSecret } from '../../domain/constant-time.ts';
import type { Level } from '../../domain/factors/levels.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { ownRequestAddress, redeemOwnCode } from '../../provider/own-client/own-client.ts';
import { noteFor, requestOf } from '../../provider/request.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { expiredPage } from '../interactions/expired.ts';
import { cookiesBlockedPage } from '../pages/cookies-blocked.ts';
import { requestLanguage } from '../pages/language.ts';
import type { Pages } from '../pages/render.ts';
import { seeOther } from '../see-other.ts';
import { showMessage } from './message.ts';
import type { AccountSessions } from './sessions.ts';
import { SignedCookie, type SignedCookieDeps } from './signed-cookie.ts';

/** Longer than a sign-in may be left open (provider/options/lifetimes.ts). */
const BEGUN_SECONDS = 60 * 60;
/** In one browser, in as many tabs: a cookie has no room for all that somebody opens. */
const MAX_BEGUN = 4;

/** Behind the address of the page. */
const places = {
  profile: '#profile',
  password: '#password',
  factors: '#factors',
  new_app: '/factors/app',
  new_passkey: '/factors/passkey',
  closing: '#closing',
} as const;

/** A page at /developer: its address without the slash at its beginning. */
export type PortalPage = 'developer' | 'developer/new' | `developer/clients/${string}`;

/** An id as it stands in an address: an administrator may have chosen it. */
const portalPage = /^developer(?:\/new|\/clients\/[\w.~!*'()%-]{1,800})?$/;

/** Where on the page, or behind it, somebody was; or at which page of /developer. */
export type Section = keyof typeof places | PortalPage;

export const isPortalPage = (text: string): text is PortalPage => portalPage.test(text);

export function sectionOf(text: unknown): Section | undefined {
  if (typeof text !== 'string') return undefined;
  return Object.hasOwn(places, text) || isPortalPage(text) ? (text as Section) : undefined;
}

/** Below the site. */
export function addressOf(section: Section | undefined): string {
  if (section === undefined) return ACCOUNT_PATH;
  return isPortalPage(section) ? `/${section}` : `${ACCOUNT_PATH}${places[section]}`;
}

interface Begun {
  readonly state: string;
  readonly verifier: string;
  readonly section?: Section | undefined;
  /** It is to prove again who this account's owner is. */
  readonly proofOf?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface Beginning {
  readonly section?: Section | undefined;
  readonly proofOf?: Account | undefined;
  /** How strong the proof has to be. */
  readonly level?: Level | undefined;
  readonly isRegistration?: boolean;
}

export interface AccountSignInDeps extends SignedCookieDeps {
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly brandName: string;
  readonly accountSessions: AccountSessions;
  readonly pages: Pages;
}

const random = (): string => randomBytes(32).toString('base64url');

export class AccountSignIn {
  /** The latest first. */
  readonly #begun: SignedCookie<readonly Begun[]>;
  readonly #deps: AccountSignInDeps;

  constructor(deps: AccountSignInDeps) {
    this.#begun = new SignedCookie('latchkey_account_begun', BEGUN_SECONDS, deps);
    this.#deps = deps;
  }

  /** Changes nothing but a cookie: a page may lead here by a link. */
  begin(ctx: Context, { section, proofOf, level, isRegistration = false }: Beginning = {}): void {
    const [state, verifier] = [random(), random()];
    const until = this.#deps.clock.now() + BEGUN_SECONDS * 1000;
    const begun = { state, verifier, section, proofOf: proofOf?.id, until };
    this.#begun.write(ctx, [begun, ...this.#begunIn(ctx)].slice(0, MAX_BEGUN));
    seeOther(ctx, ownRequestAddress(this.#deps.issuer, { state, verifier, proofOf, level, isRegistration }));
  }

  readonly callback: Middleware = async (ctx) => {
    const { accountSessions, pages } = this.#deps;
    if (requestOf(ctx).browser.hashes.length === 0)
      return pages.show(ctx, cookiesBlockedPage(requestLanguage(ctx), ACCOUNT_PATH), 403);
    const { code, state, error } = ctx.query;
    const begun = this.#take(ctx, state);
    if (begun === undefined) return this.#showExpired(ctx, 'interaction_expired');
    if (error !== undefined) return showMessage(ctx, 'cancelled', pages);
    const signIn = typeof code === 'string' ? await redeemOwnCode(code, begun.verifier, this.#deps) : undefined;
    if (signIn === undefined || (begun.proofOf !== undefined && begun.proofOf !== signIn.accountId))
      return this.#showExpired(ctx, 'invalid_grant');
    await accountSessions.begin(ctx, signIn);
    return seeOther(ctx, addressOf(begun.section));
  };

  #begunIn(ctx: Context): readonly Begun[] {
    const now = this.#deps.clock.now();
    return (this.#begun.read(ctx) ?? []).filter(({ until }) => now < until);
  }

  /** The one that comes back. Those of other tabs go on. */
  #take(ctx: Context, state: unknown): Begun | undefined {
    if (typeof state !== 'string') return undefined;
    const all = this.#begunIn(ctx);
    const found = all.find((begun) => isSameSecret(begun.state, state));
    const others = all.filter((begun) => begun !== found);
    if (found === undefined) return undefined;
    if (others.length > 0) this.#begun.write(ctx, others);
    else this.#begun.clear(ctx);
    return found;
  }

  #showExpired(ctx: Context, reason: 'interaction_expired' | 'invalid_grant'): void {
    const { issuer, brandName, pages } = this.#deps;
    noteFor(ctx)('request.refused', reason, { clientId: ACCOUNT_CLIENT_ID });
    const backTo = { name: brandName, href: `${issuer}${ACCOUNT_PATH}` };
    pages.show(ctx, expiredPage(requestLanguage(ctx), backTo), 400);
  }
}
