/** The page that asks for a second factor, inside of a sign-in. */
import type { Context } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import { isAtLeast, type Level, mfaLevel } from '../../domain/factors/levels.ts';
import { type CodeKind, proveByCode } from '../../domain/factors/prove.ts';
import { DEVICE_REMEMBERED_SECONDS, type DeviceMemory } from '../../domain/factors/remembered-devices.ts';
import type { Reservation, SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { addressIfFinished } from '../../provider/interactions.ts';
import type { RememberedDeviceCookie } from '../../provider/protection/remembered-device-cookie.ts';
import { noteFor } from '../../provider/request.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { AccountFactors, FactorStore } from '../../storage/factors/factors.ts';
import type { PendingSignIns } from '../../storage/factors/pending-sign-ins.ts';
import { type SignInCompletion, secondFactorAddress } from '../interactions/complete-sign-in.ts';
import type { DeviceCookie } from '../interactions/device-cookie.ts';
import type { PostedStep, Step, StepHandlers, StepPage } from '../interactions/step.ts';
import { dictionaryOf, type Language, waitingTime } from '../pages/language.ts';
import { accountTile, appTile, clientName, shownLogo } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { seeOther } from '../see-other.ts';
import { type Subject, type SubjectDeps, subjectOf } from './subject.ts';

const TWIN_FINISHES_WITHIN_MILLISECONDS = 250;

export type SecondFactorProblem = keyof Dictionary['secondFactor']['problems'];

/** What is asked for; `none`: nothing that the account has can be typed. */
export type Method = CodeKind | 'none';

export interface SecondFactorPage extends StepPage {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  readonly account: { readonly email: string; readonly name?: string | undefined };
  readonly method: Method;
  readonly isStepUp: boolean;
  readonly hasApp: boolean;
  readonly hasRecoveryCodes: boolean;
  readonly otherHref: string;
  /** Of this page, with its query. */
  readonly address: string;
  readonly problem?: SecondFactorProblem | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

const statuses: Readonly<Record<SecondFactorProblem, number>> = {
  code_missing: 400,
  code_wrong: 400,
  recovery_code_wrong: 400,
  too_many_attempts: 429,
};

function shownProblem({ language, problem, method, retryAfterSeconds }: SecondFactorPage) {
  if (problem === undefined) return undefined;
  const message = dictionaryOf(language).secondFactor.problems[problem];
  const field = method === 'recovery_code' ? 'recovery_code' : 'code';
  const isOfField = statuses[problem] === 400 && method !== 'none';
  return {
    code: problem,
    message: typeof message === 'string' ? message : message(waitingTime(language, retryAfterSeconds)),
    field: isOfField ? field : undefined,
  };
}

function daysRemembered(language: Language): string {
  return new Intl.NumberFormat(language).format(DEVICE_REMEMBERED_SECONDS / (24 * 60 * 60));
}

export function secondFactorPage(page: SecondFactorPage): Page {
  const { language, method, isStepUp, hasApp, hasRecoveryCodes, address, account } = page;
  const words = dictionaryOf(language).secondFactor;
  const app = appTile(page.clientName, page.clientLogoUri);
  const problem = shownProblem(page);
  const ways = [
    ...(hasApp && method !== 'app' ? [{ id: 'use-app', href: address, label: words.useApp }] : []),
    ...(hasRecoveryCodes && method !== 'recovery_code'
      ? [{ id: 'use-recovery-code', href: `${address}&method=recovery_code`, label: words.useRecoveryCode }]
      : []),
  ];
  return {
    view: 'second-factor/second-factor',
    language,
    heading: words.heading,
    lead: isStepUp ? words.stepUp(app.name) : words.leads[method],
    isProblem: problem !== undefined,
    problem,
    app,
    account: accountTile(account),
    otherHref: page.otherHref,
    method,
    ways,
    rememberDevice: words.rememberDevice(daysRemembered(language)),
    action: page.action,
    abortAction: page.abortAction,
    csrfToken: page.csrfToken,
    cancel: dictionaryOf(language).login.cancel(app.name),
  };
}

function methodOf({ apps, recoveryCodes }: AccountFactors, asked: unknown): Method {
  if (asked === 'recovery_code' && recoveryCodes.length > 0) return 'recovery_code';
  return apps.length > 0 ? 'app' : 'none';
}

export interface SecondFactorDeps extends SubjectDeps {
  readonly factors: Pick<FactorStore, 'get' | 'change'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'get' | 'remove'>;
  readonly deviceMemory: Pick<DeviceMemory, 'remember'>;
  readonly rememberedDeviceCookie: RememberedDeviceCookie;
  readonly deviceCookie: Pick<DeviceCookie, 'read'>;
  readonly completion: Pick<SignInCompletion, 'finish'>;
  readonly throttle: Pick<SignInBudgets, 'reserve' | 'giveBack'>;
  readonly keyedHash: KeyedHash;
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly pages: Pages;
}

interface Shown {
  /** By default what was asked for, as far as the account has it. */
  readonly method?: Method;
  readonly problem?: SecondFactorProblem;
  readonly retryAfterSeconds?: number | undefined;
}

export class SecondFactor implements StepHandlers {
  readonly #deps: SecondFactorDeps;

  constructor(deps: SecondFactorDeps) {
    this.#deps = deps;
  }

  readonly show = async (ctx: Context, step: Step): Promise<void> => {
    const subject = await subjectOf(ctx, step.interaction, this.#deps);
    // Whoever has proven nothing here begins with the first factor.
    if (subject === undefined) return seeOther(ctx, step.page('login').action);
    return this.#show(ctx, step, subject, {});
  };

  readonly post = async (ctx: Context, step: PostedStep): Promise<void> => {
    const subject = await subjectOf(ctx, step.interaction, this.#deps);
    if (subject === undefined) return seeOther(ctx, step.page('login').action);
    const recoveryCode = step.form.get('recovery_code');
    const kind: CodeKind = recoveryCode === undefined ? 'app' : 'recovery_code';
    const typed = recoveryCode ?? step.form.get('code') ?? '';
    if (typed.trim() === '') return this.#show(ctx, step, subject, { method: kind, problem: 'code_missing' });
    const { factors, throttle, keyedHash, clock, deviceCookie } = this.#deps;
    const guess = { account: subject.account, kind, typed, address: ctx.ip, device: deviceCookie.read(ctx) };
    let reservation: Reservation;
    try {
      reservation = await proveByCode(guess, { factors, throttle, keyedHash, clock, note: noteFor(ctx) });
    } catch (error) {
      const problem = problemOf(error, kind);
      const address = await this.#addressIfSentTwice(step, problem);
      if (address !== undefined) return seeOther(ctx, address);
      return this.#show(ctx, step, subject, { method: kind, ...problem });
    }
    if (step.form.get('remember_device') === 'yes') await this.#rememberDevice(ctx, subject);
    return this.#finish(ctx, step, subject, reservation);
  };

  /** A right code that came twice at once: one of the two is told that it was used. */
  async #addressIfSentTwice({ interaction }: Step, { problem }: { problem: SecondFactorProblem }) {
    if (problem === 'too_many_attempts') return undefined;
    await this.#deps.clock.sleep(TWIN_FINISHES_WITHIN_MILLISECONDS);
    return addressIfFinished(this.#deps.provider.current(), interaction);
  }

  async #rememberDevice(ctx: Context, { account }: Subject): Promise<void> {
    const { factors, deviceMemory, rememberedDeviceCookie } = this.#deps;
    const [before, has] = [rememberedDeviceCookie.read(ctx), await factors.get(account.id)];
    rememberedDeviceCookie.write(ctx, await deviceMemory.remember(before, account, has, ctx.get('User-Agent')));
  }

  async #finish(
    ctx: Context,
    { interaction }: Step,
    { account, provenAt, isRemembered, level, amr }: Subject,
    reservation: Reservation,
  ): Promise<void> {
    await this.#deps.pendingSignIns.remove(interaction.uid);
    const reached: Level = isAtLeast(level, mfaLevel) ? level : mfaLevel;
    const proof = { provenAt, isRemembered, level: reached, amr: [...new Set([...amr, 'otp', 'mfa'])] };
    await this.#deps.completion.finish(ctx, interaction, { account, reservation, by: 'second_factor', ...proof });
  }

  async #show(ctx: Context, step: Step, { account, isStepUp }: Subject, shown: Shown): Promise<void> {
    const has = await this.#deps.factors.get(account.id);
    const { method = methodOf(has, ctx.query.method), problem, retryAfterSeconds } = shown;
    if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
    const page = secondFactorPage({
      ...step.page('second_factor'),
      clientName: clientName(step.client),
      clientLogoUri: shownLogo(ctx, step.client),
      account: { email: account.email, name: account.name },
      isStepUp,
      hasApp: has.apps.length > 0,
      hasRecoveryCodes: has.recoveryCodes.length > 0,
      otherHref: `${step.page('login').action}&account=other`,
      address: secondFactorAddress(step.interaction),
      ...{ method, problem, retryAfterSeconds },
    });
    this.#deps.pages.show(ctx, page, problem === undefined ? 200 : statuses[problem]);
  }
}

function problemOf(
  error: unknown,
  kind: CodeKind,
): Pick<Shown, 'retryAfterSeconds'> & { problem: SecondFactorProblem } {
  if (error instanceof DomainError && error.code === 'code_wrong')
    return { problem: kind === 'app' ? 'code_wrong' : 'recovery_code_wrong' };
  if (error instanceof DomainError && error.code === 'too_many_attempts')
    return { problem: 'too_many_attempts', retryAfterSeconds: error.retryAfterSeconds };
  throw error;
}
