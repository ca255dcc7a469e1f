/** The pages on which second factors are added, and that say what a change of them takes. */
import type { DomainErrorCode } from '../../../domain/domain-error.ts';
import { type Level, mfaLevel, passkeyLevel } from '../../../domain/factors/levels.ts';
import { ACCOUNT_PATH } from '../../../domain/links/links.ts';
import { appKey, type ProposedApp } from '../../pages/authenticator-app.ts';
import { type Hindrance, shownProblems } from '../../pages/form-problems.ts';
import { dictionaryOf, type Language } from '../../pages/language.ts';
import type { Page } from '../../pages/render.ts';
import { addressOf, type Section } from '../sign-in.ts';

export interface NewAppPage {
  readonly language: Language;
  readonly csrfToken: string;
  readonly account: { readonly id: string; readonly email: string };
  readonly brandName: string;
  readonly proposed: ProposedApp;
  /** As it was typed; by default what it is called without a name of its own. */
  readonly name?: string | undefined;
  readonly problems?: { readonly name?: DomainErrorCode; readonly code?: 'missing_code' | 'code_wrong' } | undefined;
}

export function newAppPage({
  language,
  csrfToken,
  account,
  brandName,
  proposed,
  name,
  problems = {},
}: NewAppPage): Page {
  const words = dictionaryOf(language).accountFactors.newApp;
  const ofName = shownProblems(language, { name: problems.name });
  const code = problems.code && { field: 'code', code: problems.code, message: words.problems[problems.code] };
  return {
    view: 'account/factors/new-app',
    language,
    heading: words.heading,
    isProblem: ofName.isProblem || code !== undefined,
    problemHeading: words.problemHeading,
    problems: [...ofName.problems, ...(code ? [code] : [])],
    problemOf: { name: ofName.problemOf.name, code },
    csrfToken,
    accountId: account.id,
    ...appKey(proposed, { service: brandName, user: account.email }),
    name: name ?? words.confirm.defaultName,
    backHref: addressOf('factors'),
  };
}

export interface RecoveryCodesPage {
  readonly language: Language;
  readonly codes: readonly string[];
  readonly cause: 'added' | 'renewed';
}

/** The one time that they are shown. */
export function recoveryCodesPage({ language, codes, cause }: RecoveryCodesPage): Page {
  const words = dictionaryOf(language).accountFactors.recoveryCodes;
  return {
    view: 'account/factors/recovery-codes',
    language,
    heading: words.heading,
    explanation: words[cause],
    codes,
    back: { href: addressOf('factors'), label: words.done },
  };
}

export interface StrongerProofPage {
  readonly language: Language;
  readonly csrfToken: string;
  readonly accountId: string;
  /** Where it goes on afterwards. */
  readonly section: Section;
  readonly level: Level;
  readonly hasRecoveryCodes: boolean;
  readonly problem?: 'missing_code' | 'code_wrong';
  readonly hindrance?: Hindrance;
}

export function strongerProofPage({ language, section, level, problem, hindrance, ...page }: StrongerProofPage): Page {
  const words = dictionaryOf(language).accountFactors.strongerProof;
  const required = level === passkeyLevel ? 'passkey' : 'authenticator_app';
  const shown = problem && { field: 'recovery_code', code: problem, message: words.problems[problem] };
  return {
    view: 'account/factors/stronger-proof',
    language,
    heading: words.heading,
    isProblem: shown !== undefined || hindrance !== undefined,
    hindrance: shownProblems(language, { hindrance }).hindrance,
    problemHeading: words.problemHeading,
    problems: shown ? [shown] : [],
    problemOf: { recovery_code: shown },
    explanation: words.explanation[required],
    prove: {
      href: `${ACCOUNT_PATH}/proof?${new URLSearchParams({ section, level })}`,
      label: words.signIn[required],
    },
    section,
    level,
    ...page,
    errorCode: 'account_stronger_proof',
  };
}

/** Of the hidden field of that page. */
export function demandedLevel(text: unknown): Level {
  return text === passkeyLevel ? passkeyLevel : mfaLevel;
}
