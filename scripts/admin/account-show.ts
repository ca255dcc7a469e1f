/** `account show`: one account. */
import type { Command } from 'commander';
import { accountOutcome } from './account-view.ts';
import { accountArgument, accountArgumentHelp, findAccount } from './find-account.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';

export function accountShow(account: Command): void {
  account
    .command('show')
    .description('show an account')
    .argument(accountArgument, accountArgumentHelp)
    .action((text: string, options: CommonOptions) =>
      runVerb(options, async (installation) => accountOutcome(await findAccount(text, installation))),
    );
}
