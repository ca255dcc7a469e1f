/** Who is to prove a second factor: somebody whose first factor was right in this sign-in, or who is signed in with too little. */
import type { Context } from 'koa';
import { hasEnded } from '../../domain/accounts/ended-sessions.ts';
import { isUsable } from '../../domain/accounts/usable.ts';
import { isLevel, type Level, passwordLevel } from '../../domain/factors/levels.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Interaction } from '../../provider/interactions.ts';
import { requestOf } from '../../provider/request.ts';
import type { PendingSignIns } from '../../storage/factors/pending-sign-ins.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import type { StepHandlers } from '../interactions/step.ts';

export interface Subject {
  readonly account: Account;
  /** Seconds since the epoch: of the first factor. */
  readonly provenAt: number;
  readonly isRemembered: boolean;
  readonly level: Level;
  readonly amr: readonly string[];
  /** Whoever has a session, and needs no more than a second factor for this request. */
  readonly isStepUp: boolean;
  /** All was proven, and a page is shown from which the sign-in goes on. */
  readonly isComplete: boolean;
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
  const { accountId, provenAt, isRemembered, amr, sessionsEndedAt } = pending;
  const level = isLevel(pending.level) ? pending.level : passwordLevel;
  const isComplete = pending.isComplete === true;
  const proof: Proof = { accountId, provenAt, isRemembered, amr, level, isStepUp: false, isComplete };
  // An end of its sessions since then ends it: the password may have been changed.
  return { proof, isCurrent: (account: Account) => (account.sessionsEndedAt ?? 0) === sessionsEndedAt };
}

function sessionProof(ctx: Context, interaction: Interaction) {
  const { state } = requestOf(ctx).session?.document ?? {};
  const { accountId, loginTs } = state ?? {};
  if (!isStepUp(interaction) || typeof accountId !== 'string' || typeof loginTs !== 'number') return undefined;
  if (accountId !== interaction.session?.accountId) return undefined;
  const proof: Proof = {
    accountId,
    provenAt: loginTs,
    isRemembered: state?.transient !== true,
    amr: Array.isArray(state?.amr) ? state.amr.map(String) : ['pwd'],
    level: isLevel(state?.acr) ? state.acr : passwordLevel,
    isStepUp: true,
    isComplete: false,
  };
  return { proof, isCurrent: (account: Account) => !hasEnded(account, loginTs) };
}

/** As it is by now: undefined where the account may not sign in any more, or nobody has proven anything here. */
export async function subjectOf(
  ctx: Context,
  interaction: Interaction,
  deps: SubjectDeps,
): Promise<Subject | undefined> {
  const found = (await pendingProof(interaction, deps)) ?? sessionProof(ctx, interaction);
  if (found === undefined) return undefined;
  const { accountId, ...proof } = found.proof;
  const account = await deps.accounts.get(accountId);
  if (account === undefined || !isUsable(account, deps.clock.now()) || !found.isCurrent(account)) return undefined;
  return { account, ...proof };
}
