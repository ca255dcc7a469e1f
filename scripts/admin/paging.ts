/** What all `list` verbs share: a page at a time. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Page } from '../../src/ports/records.ts';
import { table } from './layout.ts';
import type { Outcome } from './print-outcome.ts';
import type { CommonOptions } from './run-verb.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

export interface PagingOptions extends CommonOptions {
  readonly limit: number;
  readonly after?: string;
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidArgumentError(`It is a whole number from 1 to ${MAX_LIMIT}.`);
  }
  return limit;
}

export function withPaging(command: Command): Command {
  return command
    .option('--limit <number>', `at most this many, ${MAX_LIMIT} at most`, parseLimit, DEFAULT_LIMIT)
    .option('--after <id>', 'begin after this one: the "next" of the page before');
}

export function pageOf({ limit, after }: PagingOptions): Page {
  return { limit, ...(after !== undefined && { after }) };
}

export function pageOutcome(
  items: readonly Readonly<Record<string, unknown>>[],
  next: string | null,
  columns: readonly string[],
): Outcome {
  return {
    value: { items, next },
    text: table(columns, items),
    notes: next === null ? [] : [`more: --after ${next}`],
  };
}
