import { readFileSync, writeSync } from 'node:fs';
import { NOT_WRITTEN, ResultNotWritten, writeResult } from '../adapters/log/result.ts';

const { version: written } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

export const version: string = written;

/** What `--version` prints, before any setting is read: whoever asks may have none. */
export function printVersion(): void {
  try {
    writeResult(`${version}\n`);
  } catch (error) {
    if (!(error instanceof ResultNotWritten)) throw error;
    // A reader that stops early is no failure.
    if (error.code === 'EPIPE') return;
    process.exitCode = NOT_WRITTEN;
    try {
      writeSync(2, `error: ${error.message}\n`);
    } catch {
      // Nothing can be said where nobody reads it: the exit code stays.
    }
  }
}
