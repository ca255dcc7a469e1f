import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';
import type { Stack } from './stack.ts';

export const usage = 'npm run connect [-- STACK... --allow-missing --write]';

export interface Wanted {
  readonly stacks: readonly Stack[];
  /** A stack whose toolchain this machine lacks is no failure. */
  readonly allowsMissing: boolean;
  /** Put the result into docs/connect/README.md. */
  readonly writes: boolean;
}

export function readCommandLine(commandLine: readonly string[], all: readonly Stack[]): Wanted {
  const { values, positionals } = parse(commandLine);
  const unknown = positionals.filter((name) => !all.some((stack) => stack.name === name));
  if (unknown.length > 0) {
    throw new UsageError(`No stack is called ${unknown.join(', ')}: ${all.map(({ name }) => name).join(', ')}`);
  }
  const stacks = positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name));
  // The page shows one day's output of all of them.
  if (values.write && stacks.length < all.length) throw new UsageError('--write is for a run of all stacks.');
  return { stacks, allowsMissing: values['allow-missing'], writes: values.write };
}

function parse(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      allowPositionals: true,
      options: {
        'allow-missing': { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
