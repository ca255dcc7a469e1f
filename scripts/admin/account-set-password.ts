/** `account set-password`: a new password for an account; its sessions go on. */
import type { Command } from 'commander';
import { setPassword } from '../../src/domain/accounts/set-password.ts';
import { accountOutcome } from './account-view.ts';
import { accountArgument, accountArgumentHelp, findAccount } from './find-account.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';
import { readPasswordLine } from './standard-input.ts';

export function accountSetPassword(account: Command): void {
  account
    .command('set-password')
    .description('set the password of an account, read from the first line of standard input')
    .argument(accountArgument, accountArgumentHelp)
    .option('--password-stdin', 'said for symmetry with "account create": it is read from there in any case')
    .action((text: string, options: CommonOptions) =>
      runVerb(options, async (installation) => {
        const { id: accountId } = await findAccount(text, installation);
        return accountOutcome(await setPassword({ accountId, password: await readPasswordLine() }, installation));
      }),
    );
}
