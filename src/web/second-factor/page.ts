/** The page that asks for a second factor: what can be typed, a passkey, and what else there is. */
import type { CodeKind } from '../../domain/factors/prove.ts';
import type { CodeChannel } from '../../storage/factors/sent-codes.ts';
import { dictionaryOf, messageWithWait } from '../pages/language.ts';
import { accountTile, appTile } from '../pages/names-and-links.ts';
import type { Page } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { type AskedPasskey, askedPasskey } from '../passkeys/asked-passkey.ts';
import { rememberDeviceLabel } from './remember-device.ts';
import type { StepOfAccount } from './step-of-account.ts';

export type SecondFactorProblem = keyof Dictionary['secondFactor']['problems'];

/** What is asked for; `none`: nothing that the account has can be typed, or what can is not enough. */
export type Method = CodeKind | 'none';

export interface SecondFactorPage extends StepOfAccount {
  readonly method: Method;
  readonly isStepUp: boolean;
  /** Only a passkey is as strong as what is demanded. */
  readonly needsPasskey: boolean;
  readonly hasApp: boolean;
  readonly hasRecoveryCodes: boolean;
  /** By which a code can be sent. */
  readonly channels: readonly CodeChannel[];
  readonly sendAction: string;
  readonly otherHref: string;
  /** Of this page, with its query. */
  readonly address: string;
  /** Absent where the account has none, or browsers take none. */
  readonly passkey?: AskedPasskey | undefined;
  readonly problem?: SecondFactorProblem | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

export const statusOf: Readonly<Record<SecondFactorProblem, number>> = {
  code_missing: 400,
  code_wrong: 400,
  recovery_code_wrong: 400,
  passkey_refused: 400,
  passkey_expired: 400,
  too_many_attempts: 429,
};

/** The others are beside no field. */
const ofField: readonly SecondFactorProblem[] = ['code_missing', 'code_wrong', 'recovery_code_wrong'];

function shownProblem({ language, problem, method, retryAfterSeconds }: SecondFactorPage) {
  if (problem === undefined) return undefined;
  const message = dictionaryOf(language).secondFactor.problems[problem];
  const field = method === 'recovery_code' ? 'recovery_code' : 'code';
  return {
    code: problem,
    message: messageWithWait(message, language, retryAfterSeconds),
    field: ofField.includes(problem) && method !== 'none' ? field : undefined,
  };
}

function linksOf({ language, method, hasApp, hasRecoveryCodes, needsPasskey, address }: SecondFactorPage) {
  const words = dictionaryOf(language).secondFactor;
  if (needsPasskey) return [];
  return [
    ...(hasApp && method !== 'app' ? [{ id: 'use-app', href: address, label: words.useApp }] : []),
    ...(hasRecoveryCodes && method !== 'recovery_code'
      ? [{ id: 'use-recovery-code', href: `${address}&method=recovery_code`, label: words.useRecoveryCode }]
      : []),
  ];
}

/** Buttons, for each sends something. */
export function sendsOf({ language, channels }: Pick<SecondFactorPage, 'language' | 'channels'>) {
  const { send } = dictionaryOf(language).sentCode;
  return channels.map((channel) => ({ channel, label: send[channel] }));
}

function leadOf({ language, method, isStepUp, passkey }: SecondFactorPage, app: string): string {
  const words = dictionaryOf(language).secondFactor;
  if (isStepUp) return words.stepUp(app);
  return words.leads[method === 'none' && passkey !== undefined ? 'passkey' : method];
}

export function secondFactorPage(page: SecondFactorPage): Page {
  const { language, method, needsPasskey } = page;
  const words = dictionaryOf(language).secondFactor;
  const app = appTile(page.clientName, page.clientLogoUri);
  const problem = shownProblem(page);
  return {
    view: 'second-factor/second-factor',
    language,
    heading: words.heading,
    lead: leadOf(page, app.name),
    isProblem: problem !== undefined,
    problem,
    app,
    account: accountTile(page.account),
    otherHref: page.otherHref,
    method,
    noWay: needsPasskey && page.passkey === undefined ? words.needsPasskey : words.noWay,
    ways: linksOf(page),
    sends: sendsOf(page),
    sendAction: page.sendAction,
    passkey: askedPasskey(language, page.passkey, { isWhole: false }),
    // What an app demands of a session is asked for again in any case.
    rememberDevice: page.isStepUp ? undefined : rememberDeviceLabel(language),
    action: page.action,
    abortAction: page.abortAction,
    csrfToken: page.csrfToken,
    cancel: dictionaryOf(language).login.cancel(app.name),
  };
}
