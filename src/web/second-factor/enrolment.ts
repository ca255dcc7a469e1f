/** Adding an authenticator app inside of a sign-in: for whoever has to have a second factor, and has none. */
import type { Context } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import { mfaLevel } from '../../domain/factors/levels.ts';
import { addAuthenticatorApp, type OwnFactorsDeps } from '../../domain/factors/own-factors.ts';
import { noteFor } from '../../provider/request.ts';
import type { FactorStore } from '../../storage/factors/factors.ts';
import type { PendingSignIns } from '../../storage/factors/pending-sign-ins.ts';
import type { CodeChannel } from '../../storage/factors/sent-codes.ts';
import { PENDING_MILLISECONDS, secondFactorAddress } from '../interactions/complete-sign-in.ts';
import type { PostedStep, Step, StepHandlers } from '../interactions/step.ts';
import { appKey, type ProposedApp, type ProposedApps } from '../pages/authenticator-app.ts';
import { dictionaryOf } from '../pages/language.ts';
import { accountTile, appTile } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { seeOther } from '../see-other.ts';
import { sendsOf } from './page.ts';
import { type StepOfAccount, stepOfAccount } from './step-of-account.ts';
import { mayEnrol, type Subject, type SubjectDeps, subjectOf } from './subject.ts';
import { channelsOf, demandOf, type WaysDeps } from './ways.ts';

export interface EnrolmentPage extends StepOfAccount {
  readonly brandName: string;
  readonly proposed: ProposedApp;
  readonly otherHref: string;
  /** By which a code can be sent, in place of an app. */
  readonly channels: readonly CodeChannel[];
  readonly sendAction: string;
  readonly problem?: 'code_missing' | 'code_wrong' | undefined;
}

export function enrolmentPage(page: EnrolmentPage): Page {
  const { language, account, proposed, problem } = page;
  const words = dictionaryOf(language);
  const app = appTile(page.clientName, page.clientLogoUri);
  return {
    view: 'second-factor/enrolment',
    language,
    heading: words.enrolment.heading,
    lead: words.enrolment.lead(app.name),
    isProblem: problem !== undefined,
    problem: problem && { code: problem, message: words.enrolment.problems[problem], field: 'code' },
    app,
    account: accountTile(account),
    otherHref: page.otherHref,
    ...appKey(proposed, { service: page.brandName, user: account.email }),
    sends: sendsOf(page),
    sendAction: page.sendAction,
    action: page.action,
    abortAction: page.abortAction,
    csrfToken: page.csrfToken,
    cancel: words.login.cancel(app.name),
  };
}

export interface AddedPage extends StepOfAccount {
  /** Shown this one time; none where the page was opened again. */
  readonly codes: readonly string[];
}

/** From here the sign-in goes on. */
export function addedPage(page: AddedPage): Page {
  const { language, codes, account } = page;
  const { recoveryCodes } = dictionaryOf(language).accountFactors;
  const { enrolment } = dictionaryOf(language);
  const app = appTile(page.clientName, page.clientLogoUri);
  return {
    view: 'second-factor/added',
    language,
    heading: enrolment.added,
    explanation: codes.length > 0 ? recoveryCodes.explanation : enrolment.codesWereShown,
    codes,
    app,
    account: accountTile(account),
    action: page.action,
    csrfToken: page.csrfToken,
    goOn: enrolment.goOn(app.name),
  };
}

export interface EnrolmentDeps extends SubjectDeps, WaysDeps, Omit<OwnFactorsDeps, 'note' | 'accounts' | 'clock'> {
  readonly accounts: OwnFactorsDeps['accounts'];
  readonly clock: OwnFactorsDeps['clock'];
  readonly factors: OwnFactorsDeps['factors'] & Pick<FactorStore, 'get'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'get' | 'put'>;
  readonly proposedApps: ProposedApps;
  readonly brandName: string;
  readonly pages: Pages;
}

interface Shown {
  readonly proposed?: ProposedApp;
  readonly problem?: EnrolmentPage['problem'];
}

export class Enrolment implements Pick<StepHandlers, 'post'> {
  readonly #deps: EnrolmentDeps;

  constructor(deps: EnrolmentDeps) {
    this.#deps = deps;
  }

  show(ctx: Context, step: Step, { account }: Subject, channels: readonly CodeChannel[], shown: Shown = {}): void {
    const { proposedApps, brandName, pages } = this.#deps;
    const page = enrolmentPage({
      ...stepOfAccount(ctx, step, account, 'enrol'),
      brandName,
      proposed: shown.proposed ?? proposedApps.propose(account.id),
      otherHref: `${step.page('login').action}&account=other`,
      channels,
      sendAction: step.page('send_code').action,
      problem: shown.problem,
    });
    pages.show(ctx, page, shown.problem === undefined ? 200 : 400);
  }

  showAdded(ctx: Context, step: Step, { account }: Subject, codes: readonly string[] = []): void {
    this.#deps.pages.show(ctx, addedPage({ ...stepOfAccount(ctx, step, account, 'second_factor'), codes }));
  }

  readonly post = async (ctx: Context, step: PostedStep): Promise<void> => {
    const subject = await subjectOf(ctx, step.interaction, this.#deps);
    if (subject === undefined) return seeOther(ctx, step.page('login').action);
    if (subject.completeWith !== undefined) return this.showAdded(ctx, step, subject);
    if (!mayEnrol(subject, this.#deps.clock.now())) return seeOther(ctx, step.page('login').action);
    const { proposedApps } = this.#deps;
    const proposed = proposedApps.read(step.form.get('proposal') ?? '', subject.account.id);
    // Left open for too long, or of another account: it begins again, with another key.
    if (proposed === undefined) return seeOther(ctx, secondFactorAddress(step.interaction));
    const typed = step.form.get('code') ?? '';
    const explain = async (problem: EnrolmentPage['problem']) => {
      const has = await this.#deps.factors.get(subject.account.id);
      const channels = channelsOf(subject, has, await demandOf(step, this.#deps), this.#deps);
      this.show(ctx, step, subject, channels, { proposed, problem });
    };
    if (typed.trim() === '') return explain('code_missing');
    try {
      const codes = await this.#add(ctx, step, subject, { secret: proposed.secret, typed });
      return this.showAdded(ctx, step, subject, codes);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code } = error;
      if (code === 'code_wrong') return explain(code);
      // In another tab the account got a factor meanwhile, or cannot sign in any more: the page of the step says what is next.
      if (['factor_known', 'proof_too_weak', 'too_many_factors', 'signed_out'].includes(code))
        return seeOther(ctx, secondFactorAddress(step.interaction));
      throw error;
    }
  };

  async #add(
    ctx: Context,
    { interaction, page }: Step,
    { account, provenAt, isRemembered, hasRegistered, amr }: Subject,
    app: { readonly secret: string; readonly typed: string },
  ): Promise<readonly string[]> {
    const { pendingSignIns, factors, clock } = this.#deps;
    const { language } = page('enrol');
    const name = dictionaryOf(language).accountFactors.newApp.confirm.defaultName;
    const owner = { account, proof: { authTime: provenAt, strength: 'password' }, language } as const;
    const codes = await addAuthenticatorApp(owner, { ...app, name }, { ...this.#deps, note: noteFor(ctx) });
    await pendingSignIns.put(interaction.uid, {
      ...{ accountId: account.id, provenAt, sessionsEndedAt: account.sessionsEndedAt ?? 0, isRemembered },
      ...(hasRegistered && { hasRegistered: true }),
      level: mfaLevel,
      amr: [...new Set([...amr, 'otp', 'mfa'])],
      completeWith: { factorsChangedAt: (await factors.get(account.id)).changedAt },
      expiresAt: clock.now() + PENDING_MILLISECONDS,
    });
    return codes;
  }
}
