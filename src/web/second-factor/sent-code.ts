/** A second factor by a code that is sent: to the address of the account, or to its telephone. */
import type { Context } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import { mfaLevel } from '../../domain/factors/levels.ts';
import { methodOfChannel } from '../../domain/factors/requirement.ts';
import type { ProvenCode, SecondFactorCodes } from '../../domain/factors/second-factor-codes.ts';
import { CODE_LIFE_MINUTES } from '../../domain/factors/sent-codes.ts';
import type { Clock } from '../../ports/clock.ts';
import { noteFor } from '../../provider/request.ts';
import type { FactorStore } from '../../storage/factors/factors.ts';
import type { CodeChannel } from '../../storage/factors/sent-codes.ts';
import { secondFactorAddress } from '../interactions/complete-sign-in.ts';
import type { DeviceCookie } from '../interactions/device-cookie.ts';
import type { PostedStep, Step, StepHandlers } from '../interactions/step.ts';
import { dictionaryOf, messageWithWait, waitingTime } from '../pages/language.ts';
import { accountTile, appTile, clientName } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { seeOther } from '../see-other.ts';
import { type PassDeps, passSecondFactor } from './pass.ts';
import { rememberDeviceLabel } from './remember-device.ts';
import { addressIfSentTwice, type SentTwiceDeps } from './sent-twice.ts';
import { type StepOfAccount, stepOfAccount } from './step-of-account.ts';
import { type Subject, type SubjectDeps, subjectOf } from './subject.ts';
import { channelsOf, demandOf, type WaysDeps } from './ways.ts';

type SentCodeProblem = keyof Dictionary['sentCode']['problems'];

export interface SentCodePage extends StepOfAccount {
  readonly channel: CodeChannel;
  /** Masked. */
  readonly sentTo: string;
  readonly sendAction: string;
  /** In how many seconds another one can be sent; 0 where it can be now. */
  readonly nextInSeconds: number;
  readonly otherHref: string;
  readonly problem?: SentCodeProblem | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

const statuses: Readonly<Record<SentCodeProblem, number>> = {
  code_missing: 400,
  code_wrong: 400,
  code_gone: 400,
  code_not_sent: 503,
  too_many_attempts: 429,
};

const ofField: readonly SentCodeProblem[] = ['code_missing', 'code_wrong'];

export function sentCodePage(page: SentCodePage): Page {
  const { language, channel, problem, retryAfterSeconds } = page;
  const words = dictionaryOf(language).sentCode;
  const app = appTile(page.clientName, page.clientLogoUri);
  const minutes = new Intl.NumberFormat(language).format(CODE_LIFE_MINUTES);
  return {
    view: 'second-factor/sent-code',
    language,
    heading: words.heading,
    lead: page.sentTo === '' ? words.notSent : words.leads[channel](page.sentTo, minutes),
    isProblem: problem !== undefined,
    problem: problem && {
      code: problem,
      message: messageWithWait(words.problems[problem], language, retryAfterSeconds),
      field: ofField.includes(problem) ? 'code' : undefined,
    },
    app,
    account: accountTile(page.account),
    rememberDevice: rememberDeviceLabel(language),
    channel,
    sendAction: page.sendAction,
    nextIn: page.nextInSeconds > 0 ? words.nextIn(waitingTime(language, page.nextInSeconds)) : undefined,
    otherHref: page.otherHref,
    action: page.action,
    abortAction: page.abortAction,
    csrfToken: page.csrfToken,
    cancel: dictionaryOf(language).login.cancel(app.name),
  };
}

export interface SentCodeDeps extends SubjectDeps, PassDeps, WaysDeps, SentTwiceDeps {
  readonly factors: Pick<FactorStore, 'get'>;
  readonly pendingSignIns: SubjectDeps['pendingSignIns'] & PassDeps['pendingSignIns'];
  readonly secondFactorCodes: Pick<SecondFactorCodes, 'channelsFor' | 'find' | 'send' | 'prove'>;
  readonly deviceCookie: Pick<DeviceCookie, 'read'>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly pages: Pages;
}

interface Problem {
  readonly problem: SentCodeProblem;
  readonly retryAfterSeconds?: number | undefined;
}

function explain(error: unknown): Problem {
  if (error instanceof DomainError && Object.hasOwn(statuses, error.code))
    return { problem: error.code as SentCodeProblem, retryAfterSeconds: error.retryAfterSeconds };
  throw error;
}

export class SentCode implements StepHandlers {
  readonly #deps: SentCodeDeps;

  constructor(deps: SentCodeDeps) {
    this.#deps = deps;
  }

  readonly show = async (ctx: Context, step: Step): Promise<void> => {
    const subject = await subjectOf(ctx, step.interaction, this.#deps);
    if (subject === undefined) return seeOther(ctx, step.page('login').action);
    return this.#show(ctx, step, subject);
  };

  /** Sends one, and leads to the page for it. */
  readonly send = async (ctx: Context, step: PostedStep): Promise<void> => {
    const subject = await subjectOf(ctx, step.interaction, this.#deps);
    if (subject === undefined) return seeOther(ctx, step.page('login').action);
    const { secondFactorCodes, factors } = this.#deps;
    const { account } = subject;
    const has = await factors.get(account.id);
    const channels = channelsOf(subject, has, await demandOf(step, this.#deps), this.#deps);
    const channel = channels.find((each) => each === step.form.get('channel'));
    // It was offered a while ago: what is offered by now is on the page before.
    if (channel === undefined) return seeOther(ctx, secondFactorAddress(step.interaction));
    const { language } = step.page('sent_code');
    const appName = clientName(step.client);
    const order = { interactionUid: step.interaction.uid, account, channel, language, address: ctx.ip, appName };
    try {
      await secondFactorCodes.send(order);
    } catch (error) {
      const problem = explain(error);
      if (problem.problem === 'too_many_attempts')
        noteFor(ctx)('request.throttled', 'mailed_link', { endpoint: 'interaction' });
      return this.#show(ctx, step, subject, problem, channel);
    }
    return seeOther(ctx, step.page('sent_code').action);
  };

  readonly post = async (ctx: Context, step: PostedStep): Promise<void> => {
    const subject = await subjectOf(ctx, step.interaction, this.#deps);
    if (subject === undefined) return seeOther(ctx, step.page('login').action);
    const { account } = subject;
    const typed = step.form.get('code') ?? '';
    if (typed.trim() === '') return this.#show(ctx, step, subject, { problem: 'code_missing' });
    const { secondFactorCodes, factors, deviceCookie } = this.#deps;
    const has = await factors.get(account.id);
    const channels = channelsOf(subject, has, await demandOf(step, this.#deps), this.#deps);
    const sent = await secondFactorCodes.find(step.interaction.uid, account);
    // Since it was sent the account may have got a factor of its own, which is stronger.
    if (sent === undefined || !channels.includes(sent.channel))
      return seeOther(ctx, secondFactorAddress(step.interaction));
    const guess = { interactionUid: step.interaction.uid, typed, address: ctx.ip, device: deviceCookie.read(ctx) };
    let proven: ProvenCode;
    try {
      proven = await secondFactorCodes.prove({ account, ...guess }, noteFor(ctx));
    } catch (error) {
      const problem = explain(error);
      const address = problem.problem === 'too_many_attempts' ? undefined : await addressIfSentTwice(step, this.#deps);
      return address === undefined ? this.#show(ctx, step, subject, problem) : seeOther(ctx, address);
    }
    const { channel, countsAsMfa, reservation } = proven;
    const amr = countsAsMfa ? [methodOfChannel[channel], 'mfa'] : [methodOfChannel[channel]];
    const level = countsAsMfa ? mfaLevel : subject.level;
    return passSecondFactor(ctx, step, subject, { level, amr, reservation, has }, this.#deps);
  };

  async #show(
    ctx: Context,
    step: Step,
    { account }: Subject,
    { problem, retryAfterSeconds }: Partial<Problem> = {},
    asked?: CodeChannel,
  ): Promise<void> {
    const sent = await this.#deps.secondFactorCodes.find(step.interaction.uid, account);
    const channel = sent?.channel ?? asked;
    // Nothing was sent here.
    if (channel === undefined) return seeOther(ctx, secondFactorAddress(step.interaction));
    if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
    const page = sentCodePage({
      ...stepOfAccount(ctx, step, account, 'sent_code'),
      ...{ channel, sentTo: sent?.sentTo ?? '', problem, retryAfterSeconds },
      sendAction: step.page('send_code').action,
      nextInSeconds: Math.ceil(((sent?.nextAt ?? 0) - this.#deps.clock.now()) / 1000),
      otherHref: secondFactorAddress(step.interaction),
    });
    this.#deps.pages.show(ctx, page, problem === undefined ? 200 : statuses[problem]);
  }
}
