/** The budgets of signing in, over the stores of one test, and people who try. */
import { Budgets } from '../../src/domain/throttle/budgets.ts';
import { type Device, KnownDevices } from '../../src/domain/throttle/known-devices.ts';
import { SignInBudgets } from '../../src/domain/throttle/sign-in-budgets.ts';
import { createKeyRing, textCipher } from '../../src/storage/encryption/key-ring.ts';
import type { Stores } from './stores.ts';

const SECRET = Buffer.alloc(32, 'device');

export function signInBudgetsOver({ budgetLevels, knownNetworks: networks, clock }: Omit<Stores, 'reopen'>) {
  const devices = new KnownDevices({ cipher: textCipher(createKeyRing([SECRET]), 'known device'), clock });
  const throttle = new SignInBudgets({ budgets: new Budgets(budgetLevels), devices, networks, clock });
  return { devices, throttle };
}

export interface Place {
  readonly address: string;
  readonly device?: Device | undefined;
  /** By default the account's id, which makes it unlike any other name. */
  readonly login?: string;
}

/** What one attempt comes to; the account exists unless its id is undefined. */
export function triesOn(throttle: SignInBudgets, accountId: string | undefined, sessionsEndedAt?: number) {
  const account = accountId === undefined ? undefined : { id: accountId, ...(sessionsEndedAt && { sessionsEndedAt }) };
  const reserve = ({ address, device, login = accountId ?? 'nobody' }: Place) =>
    throttle.reserve({ login, account, address, device });
  return {
    reserve,
    /** Throws `too_many_attempts`, else leaves what it took. */
    async guess(place: Place): Promise<void> {
      await reserve(place);
    },
    /** True when it was checked. */
    async tryGuess(place: Place): Promise<boolean> {
      try {
        await reserve(place);
        return true;
      } catch {
        return false;
      }
    },
    async signIn(place: Place): Promise<boolean> {
      const reservation = await reserve(place);
      await throttle.giveBack(reservation);
      await throttle.rememberNetwork(reservation, account ?? { id: 'nobody' });
      return reservation.isKnown;
    },
  };
}
