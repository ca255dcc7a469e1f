/** Finds the account that an administrator means: by id, e-mail address or username. */

import type { Command } from 'commander';
import { disableAccount, enableAccount, setPassword } from '../../src/domain/accounts/change.ts';
import { createAccount } from '../../src/domain/accounts/create.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { Account, AccountStore } from '../../src/storage/records/accounts.ts';
import {
  type CommonOptions,
  type PagingOptions,
  pageOf,
  pageOutcome,
  readJsonObject,
  readPasswordLine,
  runVerb,
  withPaging,
} from './command.ts';
import { accountColumns, accountOutcome, viewAccount } from './presenters.ts';

const accountArgument = '<account>';
const accountArgumentHelp = 'id, e-mail address or username';

async function findAccount(text: string, { accounts }: { accounts: AccountStore }): Promise<Account> {
  const account = (await accounts.get(text)) ?? (await accounts.findByIdentifier(text));
  if (account === undefined) throw new DomainError('account_unknown');
  return account;
}

interface CreateOptions extends CommonOptions {
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
    .option('--username <name>', 'username beside the e-mail address')
    .option('--name <name>', 'full name')
    .option('--claims <file>', 'JSON file with further claims')
    .option('--email-verified', 'the e-mail address is known to be theirs')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .action((options: CreateOptions) =>
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

export function accountList(account: Command): void {
  withPaging(account.command('list').description('list the accounts')).action((options: PagingOptions) =>
    runVerb(options, async ({ accounts }) => {
      const { items, next } = await accounts.list(pageOf(options));
      return pageOutcome(items.map(viewAccount), next, accountColumns);
    }),
  );
}

export function accountShow(account: Command): void {
  account
    .command('show')
    .description('show an account')
    .argument(accountArgument, accountArgumentHelp)
    .action((text: string, options: CommonOptions) =>
      runVerb(options, async (installation) => accountOutcome(await findAccount(text, installation))),
    );
}

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
