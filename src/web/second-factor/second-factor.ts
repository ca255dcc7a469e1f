/** Asks for a second factor, inside of a sign-in: a code of an app, a recovery code or a passkey. */
import type { Context } from 'koa';
import { DomainError, type DomainErrorCode } from '../../domain/domain-error.ts';
import { isAtLeast, mfaLevel, passkeyLevel } from '../../domain/factors/levels.ts';
import { type CodeKind, proveByCode } from '../../domain/factors/prove.ts';
import type { Passkeys, ProvenPasskey } from '../../domain/passkeys/passkeys.ts';
import type { Reservation, SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import { noteFor } from '../../provider/request.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { type AccountFactors, type FactorStore, hasFactor } from '../../storage/factors/factors.ts';
import type { PendingSignIns } from '../../storage/factors/pending-sign-ins.ts';
import type { CodeChannel } from '../../storage/factors/sent-codes.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { provenSecond, secondFactorAddress } from '../interactions/complete-sign-in.ts';
import type { DeviceCookie } from '../interactions/device-cookie.ts';
import type { PostedStep, Step, StepHandlers } from '../interactions/step.ts';
import type { Pages } from '../pages/render.ts';
import type { AskedPasskey } from '../passkeys/asked-passkey.ts';
import { seeOther } from '../see-other.ts';
import type { Enrolment } from './enrolment.ts';
import { type Method, type SecondFactorProblem, secondFactorPage, statusOf } from './page.ts';
import { type PassDeps, passSecondFactor } from './pass.ts';
import { remembersDevice } from './remember-device.ts';
import { addressIfSentTwice, type SentTwiceDeps } from './sent-twice.ts';
import { stepOfAccount } from './step-of-account.ts';
import { mayEnrol, type Subject, type SubjectDeps, subjectOf } from './subject.ts';
import { channelsOf, demandOf, type WaysDeps } from './ways.ts';

export interface SecondFactorDeps extends SubjectDeps, PassDeps, WaysDeps, SentTwiceDeps {
  readonly factors: Pick<FactorStore, 'get' | 'change'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'get' | 'remove'>;
  readonly enrolment: Pick<Enrolment, 'show' | 'showAdded'>;
  readonly deviceCookie: Pick<DeviceCookie, 'read'>;
  readonly throttle: Pick<SignInBudgets, 'reserve' | 'reserveNothing' | 'giveBack'>;
  /** Undefined where browsers take none. */
  readonly passkeys: Pick<Passkeys, 'secondFactorOptions' | 'proveSecondFactor'> | undefined;
  readonly keyedHash: KeyedHash;
  readonly clock: SubjectDeps['clock'] & SentTwiceDeps['clock'];
  readonly pages: Pages;
}

/** With the factors as they were before one of them is proven, where the device is to be remembered. */
interface AskedSubject extends Subject {
  readonly has: AccountFactors | undefined;
}

interface Shown {
  /** By default what was asked for, as far as the account has it. */
  readonly method?: CodeKind;
  readonly problem?: SecondFactorProblem;
  readonly retryAfterSeconds?: number | undefined;
}

function methodOf({ apps, recoveryCodes }: AccountFactors, asked: unknown): Method {
  if (asked === 'recovery_code' && recoveryCodes.length > 0) return 'recovery_code';
  return apps.length > 0 ? 'app' : 'none';
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
    if (subject.completeWith !== undefined) return this.#deps.enrolment.showAdded(ctx, step, subject);
    return this.#show(ctx, step, subject, {});
  };

  readonly post = async (ctx: Context, step: PostedStep): Promise<void> => {
    const subject = await subjectOf(ctx, step.interaction, this.#deps);
    if (subject === undefined) return seeOther(ctx, step.page('login').action);
    const { completeWith, account } = subject;
    if (completeWith !== undefined) return this.#goOn(ctx, step, subject, completeWith);
    const has = remembersDevice(step) ? await this.#deps.factors.get(account.id) : undefined;
    const asked = { ...subject, has };
    return step.form.has('passkey') ? this.#postPasskey(ctx, step, asked) : this.#postCode(ctx, step, asked);
  };

  /** From the page that follows on adding a factor. What that proved counts while the factors are as they were then. */
  async #goOn(
    ctx: Context,
    step: PostedStep,
    subject: Subject,
    { factorsChangedAt }: { readonly factorsChangedAt: number },
  ): Promise<void> {
    const { account, level, amr } = subject;
    const has = await this.#deps.factors.get(account.id);
    if (has.changedAt !== factorsChangedAt) {
      await this.#deps.pendingSignIns.remove(step.interaction.uid);
      return seeOther(ctx, step.page('login').action);
    }
    return passSecondFactor(ctx, step, subject, { level, amr, reservation: undefined, has }, this.#deps);
  }

  async #postCode(ctx: Context, step: PostedStep, subject: AskedSubject): Promise<void> {
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
      const address = problem.problem === 'too_many_attempts' ? undefined : await addressIfSentTwice(step, this.#deps);
      if (address !== undefined) return seeOther(ctx, address);
      return this.#show(ctx, step, subject, { method: kind, ...problem });
    }
    const { has } = subject;
    return passSecondFactor(ctx, step, subject, { level: mfaLevel, amr: ['otp', 'mfa'], reservation, has }, this.#deps);
  }

  async #postPasskey(ctx: Context, step: PostedStep, subject: AskedSubject): Promise<void> {
    const { passkeys, throttle, deviceCookie } = this.#deps;
    const { account } = subject;
    const [json = '', address, device] = [step.form.get('passkey'), ctx.ip, deviceCookie.read(ctx)];
    let proven: ProvenPasskey;
    try {
      // The page sends nothing when it was open for too long, so that nobody unlocks a passkey in vain.
      if (passkeys === undefined || json === '') throw new DomainError('passkey_expired');
      const answer = { json, interactionUid: step.interaction.uid, address, device };
      proven = await passkeys.proveSecondFactor(answer, account, noteFor(ctx));
    } catch (error) {
      const shown = problemOf(error, 'app');
      const isUsed = shown.problem === 'passkey_expired' && json !== '';
      const twin = isUsed ? await addressIfSentTwice(step, this.#deps) : undefined;
      return twin === undefined ? this.#show(ctx, step, subject, shown) : seeOther(ctx, twin);
    }
    const { acr: level, amr, begunAt } = proven;
    const reservation = await throttle.reserveNothing({ account, address });
    // Unlocked, it is both factors at once: the sign-in is as new as it is.
    const isWhole = isAtLeast(level, passkeyLevel);
    const provenAt = isWhole ? provenSecond(account, begunAt) : subject.provenAt;
    const passed = { level, amr, reservation, has: subject.has };
    return passSecondFactor(
      ctx,
      step,
      { ...subject, provenAt, isStepUp: subject.isStepUp && !isWhole },
      passed,
      this.#deps,
    );
  }

  #asked({ page, interaction }: Step, account: Account, { passkeys: own }: AccountFactors): AskedPasskey | undefined {
    const { passkeys } = this.#deps;
    if (passkeys === undefined || own.length === 0) return undefined;
    const options = passkeys.secondFactorOptions(account, own, interaction.uid);
    return { action: page('second_factor').action, options };
  }

  /** By the password that was typed a moment ago, in this very sign-in: whoever has found a browser signed in adds nothing. */
  #enrol(ctx: Context, step: Step, subject: Subject, channels: readonly CodeChannel[]): void {
    if (mayEnrol(subject, this.#deps.clock.now())) this.#deps.enrolment.show(ctx, step, subject, channels);
    else seeOther(ctx, step.page('login').action);
  }

  async #show(ctx: Context, step: Step, subject: Subject, shown: Shown): Promise<void> {
    const { account, isStepUp } = subject;
    const has = await this.#deps.factors.get(account.id);
    const demanded = await demandOf(step, this.#deps);
    const needsPasskey = isAtLeast(demanded, passkeyLevel);
    const channels = channelsOf(subject, has, demanded, this.#deps);
    if (!hasFactor(has) && !needsPasskey) return this.#enrol(ctx, step, subject, channels);
    const { problem, retryAfterSeconds } = shown;
    const method = needsPasskey ? 'none' : (shown.method ?? methodOf(has, ctx.query.method));
    if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
    const page = secondFactorPage({
      ...stepOfAccount(ctx, step, account, 'second_factor'),
      ...{ isStepUp, needsPasskey, channels },
      hasApp: has.apps.length > 0,
      hasRecoveryCodes: has.recoveryCodes.length > 0,
      sendAction: step.page('send_code').action,
      otherHref: `${step.page('login').action}&account=other`,
      address: secondFactorAddress(step.interaction),
      passkey: this.#asked(step, account, has),
      ...{ method, problem, retryAfterSeconds },
    });
    this.#deps.pages.show(ctx, page, problem === undefined ? 200 : statusOf[problem]);
  }
}

const ofPasskeys: { readonly [code in DomainErrorCode]?: SecondFactorProblem } = {
  passkey_refused: 'passkey_refused',
  passkey_expired: 'passkey_expired',
};

function problemOf(
  error: unknown,
  kind: CodeKind,
): Pick<Shown, 'retryAfterSeconds'> & { problem: SecondFactorProblem } {
  if (!(error instanceof DomainError)) throw error;
  if (error.code === 'code_wrong') return { problem: kind === 'app' ? 'code_wrong' : 'recovery_code_wrong' };
  if (error.code === 'too_many_attempts')
    return { problem: 'too_many_attempts', retryAfterSeconds: error.retryAfterSeconds };
  const problem = ofPasskeys[error.code];
  if (problem === undefined) throw error;
  return { problem };
}
