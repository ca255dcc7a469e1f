/** `account enable`: a disabled account may sign in again. */
import type { Command } from 'commander';
import { enableAccount } from '../../src/domain/accounts/enable-account.ts';
import { accountOutcome } from './account-view.ts';
import { accountArgument, accountArgumentHelp, findAccount } from './find-account.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';

export function accountEnable(account: Command): void {
  account
    .command('enable')
    .description('let a disabled account sign in again')
    .argument(accountArgument, accountArgumentHelp)
    .action((text: string, options: CommonOptions) =>
      runVerb(options, async (installation) => {
        const { id } = await findAccount(text, installation);
        return accountOutcome(await enableAccount(id, installation));
      }),
    );
}
