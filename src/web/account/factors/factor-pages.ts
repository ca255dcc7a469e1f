/** Second factors at /account: adding and removing them, new recovery codes, and browsers in which none is asked for. */
import type { Context, Middleware } from 'koa';
import { readOptionalName } from '../../../domain/accounts/identifiers.ts';
import { DomainError, type DomainErrorCode } from '../../../domain/domain-error.ts';
import type { ReasonOf } from '../../../domain/events/security-events.ts';
import type { FactorOwner } from '../../../domain/factors/factor-change.ts';
import {
  addFactor,
  confirmAppAgain,
  type MadeCodes,
  type NamedFactor,
  type NewApp,
  newAuthenticatorApp,
  type OwnFactorsDeps,
  removeFactor,
  renewRecoveryCodes,
} from '../../../domain/factors/own-factors.ts';
import { ACCOUNT_PATH } from '../../../domain/links/links.ts';
import type { NewPasskey } from '../../../domain/passkeys/new-passkey.ts';
import { noteFor } from '../../../provider/request.ts';
import type { FactorStore } from '../../../storage/factors/factors.ts';
import type { RememberedDevices } from '../../../storage/factors/remembered-devices.ts';
import type { Form } from '../../forms/read-form.ts';
import type { ProposedApps } from '../../pages/authenticator-app.ts';
import { isExplained } from '../../pages/form-problems.ts';
import { dictionaryOf, type Language, requestLanguage } from '../../pages/language.ts';
import { seeOther } from '../../see-other.ts';
import { type MessageCode, showMessage } from '../message.ts';
import { type AccountFormDeps, type Act, KEPT_CHARACTERS, postedBySignedIn } from '../posted.ts';
import type { AccountSessions, SignedIn } from '../sessions.ts';
import { type AccountSignIn, addressOf } from '../sign-in.ts';
import { type NewAppPage, newAppPage, recoveryCodesPage } from './pages.ts';
import { type FactorSection, type FactorsChanged, factorSection, factorsChangedOf } from './section.ts';
import type { Intent, StrongerProof } from './stronger-proof.ts';

/** A limit: nobody has so many browsers. */
const DEVICES_READ_AT_MOST = 500;

export interface FactorPagesDeps extends AccountFormDeps, Omit<OwnFactorsDeps, 'note'> {
  readonly factors: OwnFactorsDeps['factors'] & Pick<FactorStore, 'get'>;
  readonly rememberedDevices: Pick<RememberedDevices, 'ofAccount' | 'end' | 'endAllOf'>;
  readonly accountSessions: Pick<AccountSessions, 'find' | 'end' | 'strengthen'>;
  readonly signIn: Pick<AccountSignIn, 'begin'>;
  readonly strongerProof: StrongerProof;
  readonly proposedApps: ProposedApps;
  readonly offersPasskeys: boolean;
  readonly brandName: string;
}

const newApp: Intent = { section: 'new_app', changed: 'authenticator_app' };

/** Why a change cannot be made, each with the page that says so. */
const messages: { readonly [code in DomainErrorCode]?: MessageCode } = {
  factor_unknown: 'factor_unknown',
  factor_required: 'factor_required',
  too_many_factors: 'factors_full',
};

function problemsOf(error: unknown): NewAppPage['problems'] {
  if (!(error instanceof DomainError)) return undefined;
  const { code } = error;
  if (code === 'code_wrong') return { code };
  return isExplained(code) ? { name: code } : undefined;
}

/** Does that instead, for an app that is there already. */
function unlessKnown<T>(act: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    if (error instanceof DomainError && error.code === 'factor_known') return act();
    throw error;
  };
}

function namedFactor(form: Form): NamedFactor {
  const [kind, id = ''] = (form.get('factor') ?? '').split(':', 2);
  return { kind: kind === 'passkey' ? 'passkey' : 'authenticator_app', id };
}

export class FactorPages {
  readonly #deps: FactorPagesDeps;

  constructor(deps: FactorPagesDeps) {
    this.#deps = deps;
  }

  async section(ctx: Context, language: Language, { account }: SignedIn): Promise<FactorSection> {
    const { factors, rememberedDevices, mustHaveFactor, offersPasskeys } = this.#deps;
    const [has, devices] = await Promise.all([
      factors.get(account.id),
      rememberedDevices.ofAccount(account.id, DEVICES_READ_AT_MOST),
    ]);
    const found = { account, factors: has, devices, mustHaveFactor: mustHaveFactor(account), offersPasskeys };
    // It only words what has happened already.
    return factorSection(language, found, factorsChangedOf(ctx.query.factors));
  }

  readonly showNewApp: Middleware = async (ctx) => {
    const { accountSessions, signIn, strongerProof } = this.#deps;
    const signedIn = await accountSessions.find(ctx);
    if (signedIn === undefined) return signIn.begin(ctx, { section: 'new_app' });
    if ((await strongerProof.factorsIfProven(ctx, signedIn, newApp)) === undefined) return undefined;
    return this.#showNewApp(ctx, signedIn, { proposed: this.#deps.proposedApps.propose(signedIn.account.id) });
  };

  readonly addApp = this.#changing(
    () => newApp,
    async (ctx, form, signedIn) => {
      const proposed = this.#deps.proposedApps.read(form.get('proposal') ?? '', signedIn.account.id);
      // Left open for too long, or of another account: it begins again, with another key.
      if (proposed === undefined) return seeOther(ctx, addressOf('new_app'));
      const [typed, name] = [form.get('code') ?? '', form.get('name') ?? ''];
      const shown = { proposed, name: name.slice(0, KEPT_CHARACTERS) };
      if (typed.trim() === '') return this.#showNewApp(ctx, signedIn, { ...shown, problems: { code: 'missing_code' } });
      try {
        const made = await this.#addApp(ctx, signedIn, { secret: proposed.secret, name, typed });
        if (made === undefined) return this.#done(ctx, 'added');
        // It was proven a moment ago: several are added in one sitting.
        this.#deps.accountSessions.strengthen(ctx, 'authenticator_app', made);
        return this.#showAdded(ctx, made.codes);
      } catch (error) {
        const problems = problemsOf(error);
        if (problems === undefined) throw error;
        return this.#showNewApp(ctx, signedIn, { ...shown, problems });
      }
    },
  );

  /** That the browser has made (new-passkey-pages.ts). Answers, or throws why it cannot be added. */
  async addPasskey(ctx: Context, signedIn: SignedIn, passkey: NewPasskey): Promise<void> {
    const made = await addFactor(this.#owner(ctx, signedIn), passkey, this.#noting(ctx));
    this.#deps.accountSessions.strengthen(ctx, 'passkey', made);
    this.#showAdded(ctx, made.codes);
  }

  readonly remove = this.#changing(
    (form) => ({ section: 'factors', changed: namedFactor(form).kind }),
    async (ctx, form, signedIn) => {
      const made = await removeFactor(this.#owner(ctx, signedIn), namedFactor(form), this.#noting(ctx));
      this.#deps.accountSessions.strengthen(ctx, 'password', made);
      this.#done(ctx, 'removed');
    },
  );

  readonly renewCodes = this.#changing(
    () => ({ section: 'factors', changed: 'recovery_codes' }),
    async (ctx, _form, signedIn) => {
      const { codes, ...made } = await renewRecoveryCodes(this.#owner(ctx, signedIn), this.#noting(ctx));
      this.#deps.accountSessions.strengthen(ctx, 'password', made);
      const language = requestLanguage(ctx);
      this.#deps.pages.show(ctx, recoveryCodesPage({ language, codes, cause: 'renewed' }));
    },
  );

  /** Other than a change, it needs no fresh proof: it grants nothing. */
  readonly forgetDevice = this.#forgetting('one', async (form, accountId) =>
    (await this.#deps.rememberedDevices.end(form.get('device') ?? '', accountId)) ? 1 : 0,
  );

  readonly forgetAllDevices = this.#forgetting('all', async (_form, accountId) =>
    this.#deps.rememberedDevices.endAllOf(accountId),
  );

  #forgetting(
    which: ReasonOf<'account.devices_forgotten'>,
    forget: (form: Form, accountId: string) => Promise<number>,
  ): Middleware {
    return (ctx, next) =>
      postedBySignedIn(this.#deps, async (_ctx, form, { account }) => {
        if ((await forget(form, account.id)) === 0) return showMessage(ctx, 'device_unknown', this.#deps.pages);
        noteFor(ctx)('account.devices_forgotten', which, { accountId: account.id });
        return this.#done(ctx, which === 'one' ? 'device' : 'devices');
      })(ctx, next);
  }

  /** The strength is looked at again with what is written: of two changes at once one may have made it too weak. */
  #changing(intentOf: (form: Form) => Intent, act: Act): Middleware {
    const withProof: Act = async (ctx, form, signedIn) => {
      const { strongerProof, pages } = this.#deps;
      const intent = intentOf(form);
      if (!signedIn.isFresh) return strongerProof.demand(ctx, signedIn, intent);
      try {
        return await act(ctx, form, signedIn);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (error.code === 'proof_too_weak') return strongerProof.demand(ctx, signedIn, intent);
        const message = messages[error.code];
        if (message === undefined) throw error;
        return showMessage(ctx, message, pages);
      }
    };
    return (ctx, next) => postedBySignedIn(this.#deps, withProof)(ctx, next);
  }

  /** Undefined where it is there already, and its recovery codes were shown. */
  async #addApp(ctx: Context, signedIn: SignedIn, { name, ...app }: NewApp): Promise<MadeCodes | undefined> {
    const { defaultName } = dictionaryOf(requestLanguage(ctx)).accountFactors.newApp.confirm;
    const [owner, noting] = [this.#owner(ctx, signedIn), this.#noting(ctx)];
    const factor = newAuthenticatorApp({ ...app, name: readOptionalName(name) ?? defaultName }, noting);
    // The same form again, by an impatient hand, or since the answer did not arrive.
    return addFactor(owner, factor, noting)
      .catch(unlessKnown(() => confirmAppAgain(owner, app, noting)))
      .catch(unlessKnown(async () => undefined));
  }

  #showAdded(ctx: Context, codes: readonly string[]): void {
    const language = requestLanguage(ctx);
    if (codes.length === 0) this.#done(ctx, 'added');
    else this.#deps.pages.show(ctx, recoveryCodesPage({ language, codes, cause: 'added' }));
  }

  #showNewApp(ctx: Context, { account }: SignedIn, shown: Pick<NewAppPage, 'proposed' | 'name' | 'problems'>): void {
    const { forms, pages, brandName } = this.#deps;
    const page = newAppPage({
      ...{ language: requestLanguage(ctx), csrfToken: forms.tokenFor(), account, brandName },
      ...shown,
    });
    pages.show(ctx, page, shown.problems === undefined ? 200 : 400);
  }

  #owner(ctx: Context, { account, authTime, proven }: SignedIn): FactorOwner {
    return { account, proof: { authTime, ...proven }, language: requestLanguage(ctx) };
  }

  #noting(ctx: Context): OwnFactorsDeps {
    return { ...this.#deps, note: noteFor(ctx) };
  }

  #done(ctx: Context, changed: FactorsChanged): void {
    seeOther(ctx, `${ACCOUNT_PATH}?factors=${changed}#factors`);
  }
}
