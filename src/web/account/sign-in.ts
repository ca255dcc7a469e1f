/** Signing in at /account, through the provider itself: where it begins, and where it comes back to. */
import { randomBytes } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import { ACCOUNT_CLIENT_ID } from '../../domain/clients/register.ts';
import { isSameSecret } from '../../domain/constant-time.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { ownRequestAddress, redeemOwnCode } from '../../provider/own-client/own-client.ts';
import { noteFor, requestOf } from '../../provider/request.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { expiredPage } from '../interactions/expired.ts';
import { cookiesBlockedPage } from '../pages/cookies-blocked.ts';
import { requestLanguage } from '../pages/language.ts';
import type { Pages } from '../pages/render.ts';
import { showMessage } from './message.ts';
import type { AccountSessions } from './sessions.ts';
import { SignedCookie, type SignedCookieDeps } from './signed-cookie.ts';

/** Longer than a sign-in may be left open (provider/options/lifetimes.ts). */
const BEGUN_SECONDS = 60 * 60;

const sections = ['profile', 'password', 'closing'] as const;

/** Where on the page somebody was. */
export type Section = (typeof sections)[number];

export function sectionOf(text: unknown): Section | undefined {
  return sections.find((section) => section === text);
}

interface Begun {
  readonly state: string;
  readonly verifier: string;
  readonly section?: Section | undefined;
  /** It is to prove again who this account's owner is. */
  readonly proofOf?: string | undefined;
}

export interface Beginning {
  readonly section?: Section | undefined;
  readonly proofOf?: Account | undefined;
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
  readonly #begun: SignedCookie<Begun>;
  readonly #deps: AccountSignInDeps;

  constructor(deps: AccountSignInDeps) {
    this.#begun = new SignedCookie('latchkey_account_begun', BEGUN_SECONDS, deps);
    this.#deps = deps;
  }

  /** Changes nothing but a cookie: a page may lead here by a link. */
  begin(ctx: Context, { section, proofOf, isRegistration = false }: Beginning = {}): void {
    const [state, verifier] = [random(), random()];
    this.#begun.write(ctx, { state, verifier, section, proofOf: proofOf?.id });
    ctx.set('Cache-Control', 'no-store');
    ctx.redirect(ownRequestAddress(this.#deps.issuer, { state, verifier, proofOf, isRegistration }));
    ctx.status = 303;
  }

  readonly callback: Middleware = async (ctx) => {
    const { accountSessions, pages } = this.#deps;
    if (requestOf(ctx).browser.hashes.length === 0)
      return pages.show(ctx, cookiesBlockedPage(requestLanguage(ctx), ACCOUNT_PATH), 403);
    const begun = this.#begun.read(ctx);
    const { code, state, error } = ctx.query;
    if (begun === undefined || typeof state !== 'string' || !isSameSecret(begun.state, state))
      return this.#showExpired(ctx, 'interaction_expired');
    this.#begun.clear(ctx);
    if (error !== undefined) return showMessage(ctx, 'cancelled', pages);
    const signIn = typeof code === 'string' ? await redeemOwnCode(code, begun.verifier, this.#deps) : undefined;
    if (signIn === undefined || (begun.proofOf !== undefined && begun.proofOf !== signIn.accountId))
      return this.#showExpired(ctx, 'invalid_grant');
    accountSessions.begin(ctx, signIn);
    ctx.set('Cache-Control', 'no-store');
    ctx.redirect(begun.section === undefined ? ACCOUNT_PATH : `${ACCOUNT_PATH}#${begun.section}`);
    ctx.status = 303;
    return undefined;
  };

  #showExpired(ctx: Context, reason: 'interaction_expired' | 'invalid_grant'): void {
    const { issuer, brandName, pages } = this.#deps;
    noteFor(ctx)('request.refused', reason, { clientId: ACCOUNT_CLIENT_ID });
    const backTo = { name: brandName, href: `${issuer}${ACCOUNT_PATH}` };
    pages.show(ctx, expiredPage(requestLanguage(ctx), backTo), 400);
  }
}
