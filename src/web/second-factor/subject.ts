/** Who is to prove a second factor: somebody whose first factor was right in this sign-in, or who is signed in with too little. */
import type { Context } from 'koa';
import { hasEnded } from '../../domain/accounts/ended-sessions.ts';
import { isUsable } from '../../domain/accounts/usable.ts';
import { isLevel, type Level, passwordLevel } from '../../domain/factors/levels.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Interaction } from '../../provider/interactions.ts';
import { requestOf } from '../../provider/request.ts';
import type { PendingSignIn, PendingSignIns } from '../../storage/factors/pending-sign-ins.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { PROOF_FRESH_MINUTES } from '../account/sessions.ts';
import type { StepHandlers } from '../interactions/step.ts';

export interface Subject {
  readonly account: Account;
  /** Seconds since the epoch: of the first factor. */
  readonly provenAt: number;
  readonly isRemembered: boolean;
  /** The account was made in this very sign-in. */
  readonly hasRegistered: boolean;
  readonly level: Level;
  readonly amr: readonly string[];
  /** Whoever has a session, and needs no more than a second factor for this request. */
  readonly isStepUp: boolean;
  /** All was proven, and a page is shown from which the sign-in goes on, while the factors are as they were changed then. */
  readonly completeWith: PendingSignIn['completeWith'];
}

export interface SubjectDeps {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Reasons of the interaction policy for which a second factor is enough. */
const STEP_UP_REASONS: readonly string[] = ['level', 'second_factor'];

function isStepUp({ prompt, session }: Interaction): boolean {
  const isEnough = prompt.reasons.every((reason) => STEP_UP_REASONS.includes(reason));
  return prompt.name === 'login' && isEnough && session?.accountId !== undefined;
}

/** Whoever is signed in and only lacks a factor is not asked for the password again. */
export function orSecondFactor(
  login: Pick<StepHandlers, 'show'>,
  secondFactor: Pick<StepHandlers, 'show'>,
): Pick<StepHandlers, 'show'> {
  return {
    show: (ctx, step) => (isStepUp(step.interaction) ? secondFactor : login).show(ctx, step),
  };
}

type Proof = Omit<Subject, 'account'> & { readonly accountId: string };

async function pendingProof(interaction: Interaction, { pendingSignIns }: SubjectDeps) {
  const pending = await pendingSignIns.get(interaction.uid);
  if (pending === undefined) return undefined;
  const { accountId, provenAt, isRemembered, amr, sessionsEndedAt, completeWith } = pending;
  const hasRegistered = pending.hasRegistered === true;
  const level = isLevel(pending.level) ? pending.level : passwordLevel;
  const proof: Proof = { accountId, provenAt, isRemembered, hasRegistered, amr, level, isStepUp: false, completeWith };
  // An end of its sessions since then ends it: the password may have been changed.
  return { proof, isCurrent: (account: Account) => (account.sessionsEndedAt ?? 0) === sessionsEndedAt };
}

function isTooOld({ params }: Interaction, provenAt: number, now: number): boolean {
  const { max_age: maxAge } = params;
  return maxAge !== undefined && Math.floor(now / 1000) - provenAt > Number(maxAge);
}

function sessionProof(ctx: Context, interaction: Interaction, { clock }: SubjectDeps) {
  const { state } = requestOf(ctx).session?.document ?? {};
  const { accountId, loginTs } = state ?? {};
  if (!isStepUp(interaction) || typeof accountId !== 'string' || typeof loginTs !== 'number') return undefined;
  if (accountId !== interaction.session?.accountId) return undefined;
  // OIDC Core 3.1.2.1, max_age: the page may have been open since it was not too long ago.
  if (isTooOld(interaction, loginTs, clock.now())) return undefined;
  const proof: Proof = {
    accountId,
    provenAt: loginTs,
    isRemembered: state?.transient !== true,
    hasRegistered: false,
    amr: Array.isArray(state?.amr) ? state.amr.map(String) : ['pwd'],
    level: isLevel(state?.acr) ? state.acr : passwordLevel,
    isStepUp: true,
    completeWith: undefined,
  };
  return { proof, isCurrent: (account: Account) => !hasEnded(account, loginTs) };
}

/** As it is by now: undefined where the account may not sign in any more, or nobody has proven anything here. */
export async function subjectOf(
  ctx: Context,
  interaction: Interaction,
  deps: SubjectDeps,
): Promise<Subject | undefined> {
  const found = (await pendingProof(interaction, deps)) ?? sessionProof(ctx, interaction, deps);
  if (found === undefined) return undefined;
  const { accountId, ...proof } = found.proof;
  const account = await deps.accounts.get(accountId);
  if (account === undefined || !isUsable(account, deps.clock.now()) || !found.isCurrent(account)) return undefined;
  return { account, ...proof };
}

/** While the proof is as fresh as /account wants it for a change. False also for whoever is signed in already: with nothing to step up with, the password is typed again. */
export function mayEnrol({ isStepUp, provenAt }: Subject, now: number): boolean {
  return !isStepUp && Math.floor(now / 1000) - provenAt <= PROOF_FRESH_MINUTES * 60;
}
