/** Writes all of the result of a command to standard output, or throws. */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { codeOf } from './output.ts';

/** The exit code for it (EX_IOERR of sysexits.h). */
export const NOT_WRITTEN = 74;

export class ResultNotWritten extends Error {
  override readonly name = 'ResultNotWritten';
  readonly code: string;
  /** What to do about a result that is shown only once. */
  readonly advice: string | undefined;

  constructor(code: string, { advice, cause }: { readonly advice: string | undefined; readonly cause?: unknown }) {
    const why = `the command did its work, but its result could not be written to standard output (${code})`;
    super(advice === undefined ? why : `${why}: ${advice}`, { cause });
    this.code = code;
    this.advice = advice;
  }
}

/** Node opens the null device in place of an output that is closed. */
function isNullDevice(): boolean {
  const { rdev } = fstatSync(1);
  return rdev !== 0 && rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

const READER_PAUSE_MILLISECONDS = 10;

/** Waits for the reader of standard output, however long that takes, as other commands do. */
export function writeResult(text: string, advice?: string): void {
  if (advice !== undefined && isNullDevice()) throw new ResultNotWritten('closed, or /dev/null', { advice });
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (cause) {
      const code = codeOf(cause) || 'unknown';
      if (code !== 'EAGAIN') throw new ResultNotWritten(code, { advice, cause });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, READER_PAUSE_MILLISECONDS);
    }
  }
}
