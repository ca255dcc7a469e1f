/** Everything at /account: the page, and what its forms do. Each needs that somebody proved who they are a short time ago. */
import type { Context, Middleware } from 'koa';
import type { Config } from '../../config/config.ts';
import { changeOwnPassword, type DeletionDeps, deleteAccount } from '../../domain/accounts/change.ts';
import { pendingEmailOf } from '../../domain/accounts/claims.ts';
import { readOwnName } from '../../domain/accounts/identifiers.ts';
import type { PasswordHasher } from '../../domain/accounts/password-hashing.ts';
import { updateAccount } from '../../domain/accounts/update.ts';
import { ACCOUNT_CLIENT_ID } from '../../domain/clients/register.ts';
import { isSameSecret } from '../../domain/constant-time.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import { cancelNewAddress, type NewAddressDeps, requestNewAddress } from '../../domain/links/new-address.ts';
import type { SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import { noteFor } from '../../provider/request.ts';
import { paths } from '../../provider/routes.ts';
import type { PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
import { requestLanguage } from '../pages/language.ts';
import { passwordProblems } from '../pages/new-password.ts';
import type { Pages } from '../pages/render.ts';
import { showMessage } from './message.ts';
import { accountPage, fieldProblems, type Hindrance, hindrances, type Problems, type Typed } from './page.ts';
import type { AccountSessions, SignedIn } from './sessions.ts';
import { type AccountSignIn, type Section, sectionOf } from './sign-in.ts';
import { SignedCookie, type SignedCookieDeps } from './signed-cookie.ts';

/** More than any name or address has that is taken. */
const KEPT_CHARACTERS = 400;

export interface AccountDeps extends SignedCookieDeps, NewAddressDeps, Omit<DeletionDeps, 'links' | 'outbox'> {
  readonly config: Pick<Config, 'mail' | 'accountRegistration' | 'brandName'>;
  readonly hasher: PasswordHasher;
  readonly throttle: Pick<SignInBudgets, 'payForLink'>;
  readonly accountSessions: AccountSessions;
  readonly signIn: AccountSignIn;
  readonly forms: PageForms;
  readonly pages: Pages;
}

/** What was typed when a proof was missing: kept until it is there. */
interface KeptTyped extends Typed {
  readonly accountId: string;
  /**
   * The new address that was asked for. It is shown as waiting also where its mail is held back and the account keeps what it waited
   * for: nobody learns here how many mails others had sent there.
   */
  readonly asked?: string;
}

interface Shown {
  readonly problems?: Problems;
  readonly typed?: Typed;
  readonly asked?: string | undefined;
  readonly status?: number;
}

type Act = (ctx: Context, form: Form, account: SignedIn) => Promise<void>;

export class AccountPages {
  readonly #deps: AccountDeps;
  readonly #typed: SignedCookie<KeptTyped>;

  constructor(deps: AccountDeps) {
    this.#deps = deps;
    this.#typed = new SignedCookie('latchkey_account_typed', 15 * 60, deps);
  }

  readonly show: Middleware = async (ctx) => {
    const signedIn = await this.#deps.accountSessions.find(ctx);
    if (signedIn === undefined) return this.#deps.signIn.begin(ctx);
    const { accountId, asked, ...typed } = this.#typed.read(ctx) ?? {};
    return this.#show(ctx, signedIn, accountId === signedIn.account.id ? { typed, asked } : {});
  };

  /** As /account, but whoever has no account yet makes one first, where that is offered. */
  readonly register: Middleware = async (ctx) => {
    const { config, signIn } = this.#deps;
    const isOffered = ['open', 'approval'].includes(config.accountRegistration) && config.mail.way !== 'none';
    signIn.begin(ctx, { isRegistration: isOffered });
  };

  /** For sections whose fields cannot be kept while somebody proves who they are. */
  readonly prove: Middleware = async (ctx) => {
    const signedIn = await this.#deps.accountSessions.find(ctx);
    this.#deps.signIn.begin(ctx, { section: sectionOf(ctx.query.section), proofOf: signedIn?.account });
  };

  readonly changeName = this.#posted('profile', async (ctx, form, signedIn) => {
    const { account } = signedIn;
    const typed = form.get('name') ?? '';
    await this.#attempt(ctx, signedIn, { name: typed.slice(0, KEPT_CHARACTERS) }, async () => {
      const name = readOwnName(typed) ?? null;
      if (name !== (account.name ?? null)) await updateAccount(account.id, { name }, this.#noting(ctx), 'user');
      this.#done(ctx);
    });
  });

  readonly changeEmail = this.#posted('profile', async (ctx, form, signedIn) => {
    const { account } = signedIn;
    const typed = form.get('email') ?? '';
    if (this.#isMailOff) return this.#show(ctx, signedIn, { status: 400 });
    return this.#attempt(ctx, signedIn, { email: typed.slice(0, KEPT_CHARACTERS) }, async () => {
      const language = requestLanguage(ctx);
      const asked = await requestNewAddress({ account, typed, language, address: ctx.ip }, this.#noting(ctx));
      this.#done(ctx, { accountId: account.id, asked });
    });
  });

  readonly cancelEmail = this.#posted('profile', async (ctx, _form, { account }) => {
    await cancelNewAddress(account.id, this.#noting(ctx));
    this.#done(ctx);
  });

  readonly changePassword = this.#posted('password', async (ctx, form, signedIn) => {
    const { accountSessions, pages } = this.#deps;
    const { account } = signedIn;
    await this.#attempt(ctx, signedIn, {}, async () => {
      const wanted = { accountId: account.id, password: form.get('password') ?? '', language: requestLanguage(ctx) };
      await changeOwnPassword(wanted, this.#noting(ctx));
      accountSessions.end(ctx);
      showMessage(ctx, 'password_changed', pages);
    });
  });

  readonly close = this.#posted('closing', async (ctx, form, signedIn) => {
    const { accountSessions, pages } = this.#deps;
    if (form.get('understood') !== 'yes')
      return this.#show(ctx, signedIn, { problems: { closing: 'closing_missing' }, status: 400 });
    await deleteAccount(signedIn.account.id, this.#noting(ctx), {
      reason: 'user',
      notice: { language: requestLanguage(ctx) },
    });
    accountSessions.end(ctx);
    return showMessage(ctx, 'closed', pages);
  });

  get #isMailOff(): boolean {
    return this.#deps.config.mail.way === 'none';
  }

  #noting(ctx: Context) {
    return { ...this.#deps, note: noteFor(ctx) };
  }

  /** The form names the account whose page it was on: by now another one may be signed in in this browser. */
  #posted(section: Section, act: Act): Middleware {
    return (ctx, next) =>
      this.#deps.forms.posted(
        () => ACCOUNT_PATH,
        async (_ctx, form) => {
          const signedIn = await this.#deps.accountSessions.find(ctx);
          if (signedIn === undefined || !isSameSecret(signedIn.account.id, form.get('account') ?? ''))
            return showMessage(ctx, 'signed_out', this.#deps.pages);
          if (signedIn.isFresh) return act(ctx, form, signedIn);
          this.#keep(ctx, form, signedIn);
          return this.#deps.signIn.begin(ctx, { section, proofOf: signedIn.account });
        },
      )(ctx, next);
  }

  #keep(ctx: Context, form: Form, { account }: SignedIn): void {
    const kept = (field: 'name' | 'email') => form.get(field)?.slice(0, KEPT_CHARACTERS);
    this.#typed.write(ctx, { accountId: account.id, name: kept('name'), email: kept('email') });
  }

  /** What is wrong with a field is said beside it, with what was typed. */
  async #attempt(ctx: Context, signedIn: SignedIn, typed: Typed, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code } = error;
      const hindrance = hindrances[code];
      if (hindrance !== undefined)
        return this.#showHindered(ctx, signedIn, typed, {
          code: hindrance,
          retryAfterSeconds: error.retryAfterSeconds,
        });
      const [field] = Object.keys(typed);
      const problem = fieldProblems[code];
      const password = passwordProblems[code];
      if (problem === undefined && password === undefined) throw error;
      const problems = password === undefined ? { [String(field)]: problem } : { password };
      return this.#show(ctx, signedIn, { problems, typed, status: 400 });
    }
  }

  #showHindered(ctx: Context, signedIn: SignedIn, typed: Typed, { code, retryAfterSeconds }: Hindrance): void {
    ctx.set('Retry-After', String(retryAfterSeconds ?? 1));
    if (code === 'too_many_attempts') noteFor(ctx)('request.throttled', 'mailed_link', { endpoint: 'account' });
    const hindrance = { code, retryAfterSeconds };
    this.#show(ctx, signedIn, { problems: { hindrance }, typed, status: code === 'busy' ? 503 : 429 });
  }

  #done(ctx: Context, kept?: KeptTyped): void {
    if (kept === undefined) this.#typed.clear(ctx);
    else this.#typed.write(ctx, kept);
    ctx.set('Cache-Control', 'no-store');
    ctx.redirect(`${ACCOUNT_PATH}?saved=yes#profile`);
    ctx.status = 303;
  }

  #show(ctx: Context, { account, isFresh }: SignedIn, { problems, typed, asked, status = 200 }: Shown): void {
    const { forms, clock, pages } = this.#deps;
    const page = accountPage({
      language: requestLanguage(ctx),
      csrfToken: forms.tokenFor(ctx),
      account,
      pendingEmail:
        asked === undefined || asked === account.email ? pendingEmailOf(account, clock.now())?.address : asked,
      isFresh,
      isMailOff: this.#isMailOff,
      signOutHref: `${paths.end_session}?client_id=${ACCOUNT_CLIENT_ID}`,
      problems,
      typed,
      // It only words what has happened already.
      isSaved: ctx.query.saved === 'yes',
    });
    pages.show(ctx, page, status);
  }
}
