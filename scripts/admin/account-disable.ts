/** `account disable`: no more sign-in, and the end of every session and grant. */
import type { Command } from 'commander';
import { disableAccount } from '../../src/domain/accounts/disable-account.ts';
import { accountOutcome } from './account-view.ts';
import { accountArgument, accountArgumentHelp, findAccount } from './find-account.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';

export function accountDisable(account: Command): void {
  account
    .command('disable')
    .description('disable an account and end its sessions and grants')
    .argument(accountArgument, accountArgumentHelp)
    .action((text: string, options: CommonOptions) =>
      runVerb(options, async (installation) => {
        const { id } = await findAccount(text, installation);
        return accountOutcome(await disableAccount(id, installation));
      }),
    );
}
