/** Disables an account: no sign-in from now on, and every session and grant ends at once. */
import type { Account, AccountStore } from '../../ports/accounts.ts';
import type { ArtifactStore } from '../../ports/artifacts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import { Refusal } from '../refusal.ts';

export async function disableAccount(
  accountId: string,
  {
    accounts,
    sessions,
    artifacts,
    clock,
  }: {
    accounts: AccountStore;
    sessions: Pick<SessionStore, 'destroyForAccount'>;
    artifacts: Pick<ArtifactStore, 'destroyGrantsOf'>;
    clock: Clock;
  },
): Promise<Account> {
  // First, so that nothing new begins while the rest is ended. Done twice it ends what a crash left behind.
  const disabled = await accounts.update(accountId, (account) => ({
    ...account,
    isDisabled: true,
    sessionsEndedAt: clock.now(),
    updatedAt: clock.now(),
  }));
  if (disabled === undefined) throw new Refusal('account_unknown');
  await sessions.destroyForAccount(accountId);
  await artifacts.destroyGrantsOf({ accountId });
  return disabled;
}
