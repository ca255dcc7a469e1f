/** Adding a passkey to one's account: a page of its own, so that nobody makes one before it is known that it may be added. */
import type { Context, Middleware } from 'koa';
import { readOptionalName } from '../../../domain/accounts/identifiers.ts';
import { DomainError, type DomainErrorCode } from '../../../domain/domain-error.ts';
import { CHALLENGE_SECONDS } from '../../../domain/passkeys/challenges.ts';
import type { NewPasskeys } from '../../../domain/passkeys/new-passkey.ts';
import type { AccountFactors, FactorStore } from '../../../storage/factors/factors.ts';
import { isExplained, shownProblems } from '../../pages/form-problems.ts';
import { dictionaryOf, type Language, requestLanguage } from '../../pages/language.ts';
import type { Page } from '../../pages/render.ts';
import type { Dictionary } from '../../pages/words/en.ts';
import { type AccountFormDeps, KEPT_CHARACTERS, postedBySignedIn } from '../posted.ts';
import type { SignedIn } from '../sessions.ts';
import { type AccountSignIn, addressOf } from '../sign-in.ts';
import type { FactorPages } from './factor-pages.ts';
import type { Intent, StrongerProof } from './stronger-proof.ts';

type PasskeyProblem = keyof Dictionary['newPasskey']['problems'];

const isPasskeyProblem = (code: string, problems: Dictionary['newPasskey']['problems']): code is PasskeyProblem =>
  Object.hasOwn(problems, code);

export interface NewPasskeyPage {
  readonly language: Language;
  readonly csrfToken: string;
  readonly account: { readonly id: string };
  /** For the browser (WebAuthn 5.4). */
  readonly options: ReturnType<NewPasskeys['options']>;
  /** As it was typed; by default what it is called without a name of its own. */
  readonly name?: string | undefined;
  readonly problem?: DomainErrorCode | undefined;
}

export function newPasskeyPage({ language, csrfToken, account, options, name, problem }: NewPasskeyPage): Page {
  const words = dictionaryOf(language).newPasskey;
  const ofPasskey =
    problem !== undefined && isPasskeyProblem(problem, words.problems)
      ? { field: 'passkey-add', code: problem, message: words.problems[problem] }
      : undefined;
  const ofName = shownProblems(language, { name: ofPasskey === undefined ? problem : undefined });
  return {
    view: 'account/factors/new-passkey',
    language,
    heading: words.heading,
    isProblem: problem !== undefined,
    problemHeading: words.problemHeading,
    problems: ofPasskey === undefined ? ofName.problems : [ofPasskey],
    problemOf: { name: ofName.problemOf.name },
    csrfToken,
    accountId: account.id,
    options: JSON.stringify(options),
    seconds: CHALLENGE_SECONDS,
    name: name ?? words.defaultName,
    backHref: addressOf('factors'),
  };
}

export interface NewPasskeyDeps extends AccountFormDeps {
  readonly newPasskeys: NewPasskeys;
  readonly factors: Pick<FactorStore, 'get'>;
  readonly signIn: Pick<AccountSignIn, 'begin'>;
  readonly strongerProof: Pick<StrongerProof, 'factorsIfProven' | 'demand'>;
  readonly factorPages: Pick<FactorPages, 'addPasskey'>;
}

const intent: Intent = { section: 'new_passkey', changed: 'passkey' };

interface Shown {
  readonly name?: string;
  readonly problem?: DomainErrorCode;
}

export class NewPasskeyPages {
  readonly #deps: NewPasskeyDeps;

  constructor(deps: NewPasskeyDeps) {
    this.#deps = deps;
  }

  readonly show: Middleware = async (ctx) => {
    const { accountSessions, signIn, strongerProof } = this.#deps;
    const signedIn = await accountSessions.find(ctx);
    if (signedIn === undefined) return signIn.begin(ctx, { section: 'new_passkey' });
    const has = await strongerProof.factorsIfProven(ctx, signedIn, intent);
    if (has !== undefined) this.#show(ctx, signedIn, has, {});
  };

  readonly post: Middleware = (ctx, next) =>
    postedBySignedIn(this.#deps, async (_ctx, form, signedIn) => {
      const { strongerProof } = this.#deps;
      if (!signedIn.isFresh) return strongerProof.demand(ctx, signedIn, intent);
      const name = form.get('name') ?? '';
      const json = form.get('passkey') ?? '';
      try {
        return await this.#add(ctx, signedIn, { name, json });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (error.code === 'proof_too_weak') return strongerProof.demand(ctx, signedIn, intent);
        if (!this.#isExplained(error.code)) throw error;
        const shown = { name: name.slice(0, KEPT_CHARACTERS), problem: error.code };
        return this.#show(ctx, signedIn, await this.#deps.factors.get(signedIn.account.id), shown);
      }
    })(ctx, next);

  async #add(
    ctx: Context,
    signedIn: SignedIn,
    { name, json }: { readonly name: string; readonly json: string },
  ): Promise<void> {
    const { newPasskeys, factorPages } = this.#deps;
    const { defaultName } = dictionaryOf(requestLanguage(ctx)).newPasskey;
    // First, for it is free: a challenge is good once.
    const named = readOptionalName(name) ?? defaultName;
    // The page sends nothing when it was open for too long, so that nobody makes a passkey in vain.
    if (json === '') throw new DomainError('passkey_expired');
    const passkey = await newPasskeys.read(json, { name: named, accountId: signedIn.account.id });
    await factorPages.addPasskey(ctx, signedIn, passkey);
  }

  #isExplained(code: DomainErrorCode): boolean {
    return isExplained(code) || isPasskeyProblem(code, dictionaryOf('en').newPasskey.problems);
  }

  #show(ctx: Context, { account }: SignedIn, { passkeys }: AccountFactors, shown: Shown): void {
    const { forms, newPasskeys, pages } = this.#deps;
    const options = newPasskeys.options(account, passkeys);
    const page = { language: requestLanguage(ctx), csrfToken: forms.tokenFor(), account, options };
    pages.show(ctx, newPasskeyPage({ ...page, ...shown }), shown.problem === undefined ? 200 : 400);
  }
}
