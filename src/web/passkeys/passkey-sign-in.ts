/** Signing in with a passkey alone. Without a browser that can use one nobody gets here: the button is not shown. */
import { DomainError } from '../../domain/domain-error.ts';
import type { Passkeys } from '../../domain/passkeys/passkeys.ts';
import type { SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import { noteFor } from '../../provider/request.ts';
import { provenSecond } from '../interactions/complete-sign-in.ts';
import type { DeviceCookie } from '../interactions/device-cookie.ts';
import { type Login, readFilled } from '../interactions/login.ts';
import type { StepHandlers } from '../interactions/step.ts';
import { addressIfSentTwice, type SentTwiceDeps } from '../second-factor/sent-twice.ts';
import { seeOther } from '../see-other.ts';

export interface PasskeySignInDeps extends SentTwiceDeps {
  readonly passkeys: Pick<Passkeys, 'signIn'>;
  readonly throttle: Pick<SignInBudgets, 'reserveNothing'>;
  readonly deviceCookie: Pick<DeviceCookie, 'read'>;
  readonly login: Pick<Login, 'explain' | 'goOn'>;
}

export function createPasskeySignIn({
  passkeys,
  throttle,
  deviceCookie,
  login,
  provider,
  clock,
}: PasskeySignInDeps): Pick<StepHandlers, 'post'> {
  return {
    async post(ctx, step) {
      const filled = readFilled(step.form);
      const json = step.form.get('passkey') ?? '';
      let proven: Awaited<ReturnType<Passkeys['signIn']>>;
      try {
        // The page sends nothing when it was open for too long, so that nobody unlocks a passkey in vain.
        if (json === '') throw new DomainError('passkey_expired');
        const answer = { json, interactionUid: step.interaction.uid, address: ctx.ip, device: deviceCookie.read(ctx) };
        proven = await passkeys.signIn(answer, noteFor(ctx));
      } catch (error) {
        const isUsed = error instanceof DomainError && error.code === 'passkey_expired' && json !== '';
        const address = isUsed ? await addressIfSentTwice(step, { provider, clock }) : undefined;
        if (address !== undefined) return seeOther(ctx, address);
        return login.explain(ctx, step, filled, error);
      }
      const { account, begunAt, acr: level, amr } = proven;
      const reservation = await throttle.reserveNothing({ account, address: ctx.ip });
      const proof = { provenAt: provenSecond(account, begunAt), level, amr, by: 'passkey' } as const;
      return login.goOn(ctx, step, { account, isRemembered: filled.isRemembered, reservation, ...proof });
    },
  };
}
