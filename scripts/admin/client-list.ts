/** `client list`: the registered clients, a page at a time. */
import type { Command } from 'commander';
import { clientColumns } from './client-view.ts';
import { type PagingOptions, pageOf, pageOutcome, withPaging } from './paging.ts';
import { runVerb } from './run-verb.ts';

export function clientList(client: Command): void {
  withPaging(client.command('list').description('list the clients')).action((options: PagingOptions) =>
    runVerb(options, async ({ clients }) => {
      const { items, next } = await clients.list(pageOf(options));
      return pageOutcome(
        items.map(({ metadata }) => metadata),
        next,
        clientColumns,
      );
    }),
  );
}
