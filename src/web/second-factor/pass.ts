/** The end of the step: a second factor was proven, by whichever means. */
import type { Context } from 'koa';
import { isAtLeast } from '../../domain/factors/levels.ts';
import type { AccountFactors } from '../../storage/factors/factors.ts';
import type { PendingSignIns } from '../../storage/factors/pending-sign-ins.ts';
import type { Proven, SignInCompletion } from '../interactions/complete-sign-in.ts';
import type { PostedStep } from '../interactions/step.ts';
import { type RememberDeviceDeps, rememberDevice, remembersDevice } from './remember-device.ts';
import type { Subject } from './subject.ts';

export interface PassDeps extends RememberDeviceDeps {
  readonly pendingSignIns: Pick<PendingSignIns, 'remove'>;
  readonly completion: Pick<SignInCompletion, 'finish'>;
}

interface Passed extends Pick<Proven, 'level' | 'amr' | 'reservation'> {
  /** The factors as they were before one of them was proven; undefined where the device is not to be remembered. */
  readonly has: Pick<AccountFactors, 'changedAt'> | undefined;
}

/** What was proven in this step is added to what was before it. */
export async function passSecondFactor(
  ctx: Context,
  step: PostedStep,
  { account, provenAt, isRemembered, hasRegistered, isStepUp, ...before }: Subject,
  { level, amr, reservation, has }: Passed,
  deps: PassDeps,
): Promise<void> {
  if (remembersDevice(step) && has !== undefined) await rememberDevice(ctx, account, has, deps);
  await deps.pendingSignIns.remove(step.interaction.uid);
  const reached = isAtLeast(before.level, level) ? before.level : level;
  const proof = {
    provenAt,
    isRemembered,
    hasRegistered,
    isStepUp,
    level: reached,
    amr: [...new Set([...before.amr, ...amr])],
  };
  await deps.completion.finish(ctx, step.interaction, { account, reservation, by: 'second_factor', ...proof });
}
