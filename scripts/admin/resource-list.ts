/** `resource list`: the declared resources, a page at a time. */
import type { Command } from 'commander';
import { type PagingOptions, pageOf, pageOutcome, withPaging } from './paging.ts';
import { runVerb } from './run-verb.ts';

const columns = ['identifier', 'name', 'format', 'ttlSeconds', 'alg', 'scopes'] as const;

export function resourceList(resource: Command): void {
  withPaging(resource.command('list').description('list the resources')).action((options: PagingOptions) =>
    runVerb(options, async ({ resources }) => {
      const { items, next } = await resources.list(pageOf(options));
      const listed = pageOutcome(
        items.map((item) => ({ ...item, scopes: Object.keys(item.scopes) })),
        next,
        columns,
      );
      return { ...listed, value: { items, next } };
    }),
  );
}
