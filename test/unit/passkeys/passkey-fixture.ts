/** Somebody with one passkey, over a database in memory. */
import type { ExecutionContext } from 'ava';
import { DomainError } from '../../../src/domain/domain-error.ts';
import { noteInto, type SecurityEvent } from '../../../src/domain/events/security-events.ts';
import { Challenges } from '../../../src/domain/passkeys/challenges.ts';
import { Passkeys } from '../../../src/domain/passkeys/passkeys.ts';
import { Budgets } from '../../../src/domain/throttle/budgets.ts';
import type { Device } from '../../../src/domain/throttle/known-devices.ts';
import type { Passkey } from '../../../src/storage/factors/factors.ts';
import type { Account } from '../../../src/storage/records/accounts.ts';
import { user } from '../../support/accounts.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { openStoresInMemory, type Stores } from '../../support/stores.ts';

export const ISSUER = 'https://login.example.com';
export const HOME = { origin: ISSUER, rpId: 'login.example.com' };
export const UID = 'interaction-1';

/** The same in another process. */
export function passkeysOver(stores: Omit<Stores, 'reopen'>): Passkeys {
  return new Passkeys({
    ...stores,
    relyingParty: { id: HOME.rpId, origin: HOME.origin, name: 'Latchkey' },
    challenges: new Challenges(stores),
    budgets: new Budgets(stores.budgetLevels),
  });
}

/** An account with the authenticator's passkey alone: it has no password. */
export async function accountWith(
  { accounts, factors }: Pick<Stores, 'accounts' | 'factors'>,
  authenticator: Authenticator,
  { account, passkey }: { readonly account?: Partial<Account>; readonly passkey?: Partial<Passkey> } = {},
): Promise<Account> {
  const owner = user({ email: `${authenticator.id.slice(0, 9)}@example.com`.toLowerCase(), ...account });
  await accounts.create(owner);
  await factors.change(owner.id, (current) => ({ ...current, passkeys: [authenticator.stored(passkey)] }));
  return owner;
}

export interface Attempt {
  readonly json: string;
  readonly interactionUid?: string;
  readonly address?: string;
  readonly device?: Device | undefined;
}

export async function passkeyFixture(
  t: ExecutionContext,
  options: { readonly account?: Partial<Account>; readonly passkey?: Partial<Passkey> } = {},
) {
  const stores = await openStoresInMemory(t);
  const passkeys = passkeysOver(stores);
  const authenticator = new Authenticator(HOME);
  const account = await accountWith(stores, authenticator, options);
  const userHandle = stores.factors.userHandleOf(account.id);
  const events: SecurityEvent[] = [];
  const noted = () => events.splice(0).map(({ event, reason }) => `${event} ${reason}`);
  const completed = ({ json, interactionUid = UID, address = '192.0.2.1', device }: Attempt) => ({
    ...{ json, interactionUid, address, device },
  });
  /** The code of the error, or what was proven. */
  const outcomeOf = async <T>(act: Promise<T>) =>
    act.catch((error: unknown) => {
      if (error instanceof DomainError) return error.code;
      throw error;
    });
  return {
    ...{ stores, passkeys, authenticator, account, userHandle, events, noted },
    challenge: (uid = UID) => passkeys.signInOptions(uid).challenge,
    signIn: (attempt: Attempt) => outcomeOf(passkeys.signIn(completed(attempt), noteInto(events))),
    prove: (attempt: Attempt) => outcomeOf(passkeys.proveSecondFactor(completed(attempt), account, noteInto(events))),
  };
}
