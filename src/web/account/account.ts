/** Everything at /account: the page, and what its forms do. Each needs that somebody proved who they are a short time ago. */
import type { Context, Middleware } from 'koa';
import { admissionOf, type Config } from '../../config/config.ts';
import { changeOwnPassword } from '../../domain/accounts/change.ts';
import { pendingEmailOf } from '../../domain/accounts/claims.ts';
import { beginClosing, type DeletionDeps, deleteAccount } from '../../domain/accounts/deletion.ts';
import { readOptionalName } from '../../domain/accounts/identifiers.ts';
import { cancelNewAddress, type NewAddressDeps, requestNewAddress } from '../../domain/accounts/new-address.ts';
import type { PasswordHasher } from '../../domain/accounts/password-hashing.ts';
import { updateAccount } from '../../domain/accounts/update.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { isLevel } from '../../domain/factors/levels.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import { hashingCaller, type SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import { noteFor } from '../../provider/request.ts';
import { paths } from '../../provider/routes.ts';
import type { PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
import { type FormProblems, formStatus, hindranceOf, isExplained } from '../pages/form-problems.ts';
import { requestLanguage } from '../pages/language.ts';
import type { MailState } from '../pages/mail-sent.ts';
import { strengthOfChosen } from '../pages/new-password.ts';
import type { Pages } from '../pages/render.ts';
import { seeOther } from '../see-other.ts';
import { type AccountAccess, endedOf } from './access.ts';
import type { FactorPages } from './factors/factor-pages.ts';
import { showMessage } from './message.ts';
import { accountPage, type Typed } from './page.ts';
import { type Act, KEPT_CHARACTERS, postedBySignedIn } from './posted.ts';
import type { AccountSessions, SignedIn } from './sessions.ts';
import { type AccountSignIn, type Section, sectionOf } from './sign-in.ts';
import { SignedCookie, type SignedCookieDeps } from './signed-cookie.ts';

export interface AccountDeps extends SignedCookieDeps, NewAddressDeps, Omit<DeletionDeps, 'links' | 'outbox'> {
  readonly config: Pick<Config, 'mail' | 'accountRegistration' | 'brandName' | 'registrationDomains'>;
  readonly hasher: PasswordHasher;
  readonly throttle: Pick<SignInBudgets, 'payForLink'>;
  readonly accountSessions: AccountSessions;
  readonly signIn: AccountSignIn;
  readonly access: Pick<AccountAccess, 'lists'>;
  readonly factorPages: Pick<FactorPages, 'section'>;
  readonly forms: PageForms;
  readonly mailState: MailState;
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
  readonly problems?: FormProblems;
  readonly typed?: Typed;
  readonly asked?: string | undefined;
  readonly isNotSaved?: boolean;
  readonly password?: string | undefined;
  readonly status?: number;
}

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
    const kept = this.#typed.read(ctx);
    if (kept?.accountId !== signedIn.account.id) return this.#show(ctx, signedIn, {});
    const { accountId: _owner, asked, ...typed } = kept;
    const isNotSaved = typed.name !== undefined || typed.email !== undefined;
    return this.#show(ctx, signedIn, { typed, asked, isNotSaved });
  };

  /** As /account, but whoever has no account yet makes one first, where that is offered. */
  readonly register: Middleware = async (ctx) => {
    const { config, signIn } = this.#deps;
    signIn.begin(ctx, { isRegistration: admissionOf(config) !== 'closed' });
  };

  /** For sections whose fields cannot be kept while somebody proves who they are. */
  readonly prove: Middleware = async (ctx) => {
    const signedIn = await this.#deps.accountSessions.find(ctx);
    const { section, level } = ctx.query;
    this.#deps.signIn.begin(ctx, {
      section: sectionOf(section),
      proofOf: signedIn?.account,
      level: isLevel(level) ? level : undefined,
    });
  };

  readonly changeName = this.#posted('profile', async (ctx, form, signedIn) => {
    const { account } = signedIn;
    const typed = form.get('name') ?? '';
    await this.#attempt(
      ctx,
      signedIn,
      { field: 'name', typed: { name: typed.slice(0, KEPT_CHARACTERS) } },
      async () => {
        const name = readOptionalName(typed) ?? null;
        if (name !== (account.name ?? null)) await updateAccount(account.id, { name }, this.#noting(ctx), signedIn);
        this.#done(ctx);
      },
    );
  });

  readonly changeEmail = this.#posted('profile', async (ctx, form, signedIn) => {
    const { account } = signedIn;
    const typed = form.get('email') ?? '';
    if (this.#isMailOff) return this.#show(ctx, signedIn, { status: 400 });
    return this.#attempt(
      ctx,
      signedIn,
      { field: 'email', typed: { email: typed.slice(0, KEPT_CHARACTERS) } },
      async () => {
        const language = requestLanguage(ctx);
        const asked = await requestNewAddress(
          { account, proof: signedIn, typed, language, address: ctx.ip },
          this.#noting(ctx),
        );
        this.#done(ctx, { accountId: account.id, asked });
      },
    );
  });

  readonly cancelEmail = this.#posted('profile', async (ctx, _form, signedIn) => {
    await cancelNewAddress(signedIn.account.id, signedIn, this.#noting(ctx));
    this.#done(ctx);
  });

  readonly changePassword = this.#posted('password', async (ctx, form, signedIn) => {
    const { accountSessions, pages } = this.#deps;
    const { account } = signedIn;
    const password = form.get('password') ?? '';
    await this.#attempt(ctx, signedIn, { field: 'password', password }, async () => {
      const caller = hashingCaller(ctx.ip, { account: account.id, isKnown: true });
      const wanted = {
        accountId: account.id,
        proof: signedIn,
        password,
        caller,
        language: requestLanguage(ctx),
      };
      await changeOwnPassword(wanted, this.#noting(ctx));
      const { email, name, username } = account;
      accountSessions.end(ctx);
      const strength = strengthOfChosen(password, [email, name, username]);
      showMessage(ctx, 'password_changed', pages, { strength, sent: await this.#mailState() });
    });
  });

  readonly close = this.#posted('closing', async (ctx, form, signedIn) => {
    const { accountSessions, pages } = this.#deps;
    if (form.get('understood') !== 'yes')
      return this.#show(ctx, signedIn, { problems: { closing: 'closing_missing' } });
    await beginClosing(signedIn.account.id, signedIn, this.#deps);
    await deleteAccount(signedIn.account.id, this.#noting(ctx), {
      reason: 'user',
      notice: { language: requestLanguage(ctx) },
    });
    accountSessions.end(ctx);
    return showMessage(ctx, 'closed', pages, { sent: await this.#mailState() });
  });

  get #isMailOff(): boolean {
    return this.#deps.config.mail.way === 'none';
  }

  /** Undefined where nothing is mailed. */
  async #mailState() {
    return this.#isMailOff ? undefined : this.#deps.mailState();
  }

  #noting(ctx: Context) {
    return { ...this.#deps, note: noteFor(ctx) };
  }

  #posted(section: Section, act: Act): Middleware {
    const withProof: Act = async (ctx, form, signedIn) => {
      if (signedIn.isFresh) return act(ctx, form, signedIn);
      this.#keep(ctx, form, signedIn);
      return this.#deps.signIn.begin(ctx, { section, proofOf: signedIn.account });
    };
    return (ctx, next) => postedBySignedIn(this.#deps, withProof)(ctx, next);
  }

  #keep(ctx: Context, form: Form, { account }: SignedIn): void {
    const kept = (field: 'name' | 'email') => form.get(field)?.slice(0, KEPT_CHARACTERS);
    this.#typed.write(ctx, { accountId: account.id, name: kept('name'), email: kept('email') });
  }

  /** What is wrong with a field is said beside it, with what was typed. */
  async #attempt(
    ctx: Context,
    signedIn: SignedIn,
    { field, ...sent }: Pick<Shown, 'typed' | 'password'> & { readonly field: 'name' | 'email' | 'password' },
    act: () => Promise<void>,
  ): Promise<void> {
    try {
      await act();
    } catch (error) {
      const hindrance = hindranceOf(error);
      if (hindrance?.code === 'too_many_attempts')
        noteFor(ctx)('request.throttled', 'mailed_link', { endpoint: 'account' });
      if (hindrance !== undefined) return this.#show(ctx, signedIn, { ...sent, problems: { hindrance } });
      if (!(error instanceof DomainError) || !isExplained(error.code)) throw error;
      const { code, retryAfterSeconds } = error;
      if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
      const status = retryAfterSeconds === undefined ? 400 : 429;
      return this.#show(ctx, signedIn, { ...sent, problems: { [field]: code }, status });
    }
  }

  #done(ctx: Context, kept?: KeptTyped): void {
    if (kept === undefined) this.#typed.clear(ctx);
    else this.#typed.write(ctx, kept);
    seeOther(ctx, `${ACCOUNT_PATH}?saved=yes#saved`);
  }

  async #show(ctx: Context, signedIn: SignedIn, { status, asked, ...shown }: Shown): Promise<void> {
    const { forms, clock, access, factorPages, pages } = this.#deps;
    const { account, isFresh } = signedIn;
    const language = requestLanguage(ctx);
    const [lists, factors] = await Promise.all([
      access.lists(language, signedIn, { isActivityWhole: ctx.query.activity === 'all' }),
      factorPages.section(ctx, language, signedIn),
    ]);
    const page = accountPage({
      language,
      csrfToken: forms.tokenFor(),
      account,
      pendingEmail:
        asked === undefined || asked === account.email ? pendingEmailOf(account, clock.now())?.address : asked,
      isFresh,
      isMailOff: this.#isMailOff,
      signOutHref: paths.end_session,
      ...shown,
      // They only word what has happened already.
      isSaved: ctx.query.saved === 'yes',
      ended: endedOf(ctx.query.ended),
      lists,
      factors,
    });
    pages.show(ctx, page, status ?? formStatus(ctx, shown.problems));
  }
}
