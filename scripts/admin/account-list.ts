/** `account list`: the accounts, a page at a time. */
import type { Command } from 'commander';
import { accountColumns, viewAccount } from './account-view.ts';
import { type PagingOptions, pageOf, pageOutcome, withPaging } from './paging.ts';
import { runVerb } from './run-verb.ts';

export function accountList(account: Command): void {
  withPaging(account.command('list').description('list the accounts')).action((options: PagingOptions) =>
    runVerb(options, async ({ accounts }) => {
      const { items, next } = await accounts.list(pageOf(options));
      return pageOutcome(items.map(viewAccount), next, accountColumns);
    }),
  );
}
