/** For somebody who has lost every second factor: an administrator removes them, and the password alone is enough until there are others. */

import type { FactorStore } from '../../storage/factors/factors.ts';
import { type Ended, type EndingDeps, endSessions } from '../accounts/change.ts';
import { DomainError } from '../domain-error.ts';
import { finishAct } from '../events/begun-acts.ts';
import { mailLanguageOf } from '../mail/language.ts';
import { type NoticeDeps, notify } from '../notices/notices.ts';

type ResetDeps = EndingDeps & NoticeDeps & { readonly factors: Pick<FactorStore, 'removeAllOf'> };

/**
 * Whoever stole a factor is out as well. Before the sessions end, so that nobody signs in again with what is removed; and once more after
 * it, for what somebody who was signed in until then has added in between (factors/factor-change.ts looks at the account after its write).
 */
export async function resetFactors(accountId: string, deps: ResetDeps): Promise<Ended> {
  const { accounts, factors, note } = deps;
  if ((await accounts.get(accountId)) === undefined) throw new DomainError('account_unknown');
  await factors.removeAllOf(accountId);
  return finishAct(
    async () => {
      const ended = await endSessions(accountId, deps);
      await factors.removeAllOf(accountId);
      const account = await accounts.get(accountId);
      if (account !== undefined) await notify(account, { text: 'factors_reset' }, mailLanguageOf(account), deps);
      return ended;
    },
    (detail) => note?.('account.factors_reset', 'administrator', { accountId, ...detail }),
  );
}
