/** How the admin command ends: what scripts may rely on (sysexits.h). */
import { CommanderError } from 'commander';
import { Refusal } from '../../src/domain/refusal.ts';
import { exitCodeOf, explainFailure } from '../../src/start-failure.ts';
import { UsageRefused } from './usage-refused.ts';

const DONE = 0;
const REFUSED = 1;
const USAGE = 64;
const BUG = 70;

export interface Ending {
  readonly exitCode: number;
  /** For standard error; absent when everything has been said. */
  readonly message?: string;
}

export function endingOf(error: unknown): Ending {
  if (error instanceof Refusal) return { exitCode: REFUSED, message: `refused: ${error.message} (${error.code})` };
  if (error instanceof UsageRefused) return { exitCode: USAGE, message: `error: ${error.message}` };
  // Help that was asked for ends well; commander has written it, and its complaints too.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? DONE : USAGE };
  const exitCode = exitCodeOf(error);
  if (exitCode !== 1) return { exitCode, message: explainFailure(error) };
  return { exitCode: BUG, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
