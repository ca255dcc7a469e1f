/** `account create`: a new account. */
import type { Command } from 'commander';
import { createAccount } from '../../src/domain/accounts/create-account.ts';
import { accountOutcome } from './account-view.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';
import { readJsonObject, readPasswordLine } from './standard-input.ts';

interface Options extends CommonOptions {
  readonly email: string;
  readonly username?: string;
  readonly name?: string;
  readonly claims?: string;
  readonly emailVerified?: boolean;
  readonly passwordStdin?: boolean;
}

export function accountCreate(account: Command): void {
  account
    .command('create')
    .description('create an account')
    .requiredOption('--email <address>', 'e-mail address')
    .option('--username <name>', 'login name beside the e-mail address')
    .option('--name <name>', 'full name')
    .option('--claims <file>', 'JSON file with further claims')
    .option('--email-verified', 'the e-mail address is known to be theirs')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .action((options: Options) =>
      runVerb(options, async (installation) => {
        const { email, username, name, emailVerified = false } = options;
        const wanted = {
          email,
          emailVerified,
          ...(username !== undefined && { username }),
          ...(name !== undefined && { name }),
          ...(options.claims !== undefined && { claims: await readJsonObject(options.claims) }),
          ...(options.passwordStdin === true && { password: await readPasswordLine() }),
        };
        const hint = options.passwordStdin === true ? [] : ['without a password: "account set-password" gives it one'];
        return accountOutcome(await createAccount(wanted, installation), hint);
      }),
    );
}
