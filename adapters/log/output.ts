/** Writes lines to a descriptor and never waits for who reads them: what finds no room is kept for a while, and beyond a bound dropped. */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { isatty } from 'node:tty';

/** Nobody reads just now, or there is no room: that passes. Anything else (EPIPE, EBADF, EIO, ...) is for good. */
const PASSING: ReadonlySet<string> = new Set([
  'EAGAIN',
  'EDQUOT',
  'EFBIG',
  'EINTR',
  'ENOBUFS',
  'ENOMEM',
  'ENOSPC',
  'EWOULDBLOCK',
]);
const MOST_BYTES = 1024 * 1024;
const FIRST_PAUSE_MILLISECONDS = 10;
const LONGEST_PAUSE_MILLISECONDS = 1000;
const LAST_LINES_WITHIN_MILLISECONDS = 1000;
const LAST_LINES_PAUSE_MILLISECONDS = 20;

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * The descriptor, or another one of the same output, such that a write never waits. Undefined where there is none.
 *
 * A descriptor that this process was given is shared, its flags too: whoever shares it can make it wait again (Node does when
 * it starts a child with it, and when it ends). So what can be opened anew is, and is ours alone.
 */
function withoutWaiting(descriptor: number): number | undefined {
  try {
    const file = fstatSync(descriptor);
    const canBeStuck = file.isFIFO() || file.isSocket();
    // Node's stream is asked for what it does to the descriptor: there is no other way to set O_NONBLOCK.
    if (canBeStuck) new Socket({ fd: descriptor, readable: false, writable: true }).unref();
    if (!file.isFIFO() && !isatty(descriptor)) return descriptor;
  } catch {
    return undefined;
  }
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // No /proc, another user's terminal, or a pipe that nobody reads any more.
    return descriptor;
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

export class Output {
  readonly #mostBytes: number;
  /** Undefined once it is given up. */
  #descriptor: number | undefined;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #lostLines = 0;
  #pauseMilliseconds = FIRST_PAUSE_MILLISECONDS;
  #retry: NodeJS.Timeout | undefined;

  constructor(descriptor: number, mostBytes = MOST_BYTES) {
    this.#descriptor = withoutWaiting(descriptor);
    this.#mostBytes = mostBytes;
  }

  /** One line or several, with the end of the last one. Written before this returns, where there is room. */
  write(lines: string): void {
    if (this.#descriptor === undefined) return;
    const bytes = Buffer.from(lines);
    // Once lines are missing, all are until the report of it is written: it then stands where they would.
    if (this.#lostLines > 0 || (this.#keptBytes > 0 && this.#keptBytes + bytes.length > this.#mostBytes)) {
      this.#lostLines += countLines(lines);
      return;
    }
    this.#keep(bytes);
    if (this.#retry === undefined) this.#writeKept();
  }

  /** Resolves when everything is written, or cannot be within a second. */
  async drain(): Promise<void> {
    const giveUpAt = performance.now() + LAST_LINES_WITHIN_MILLISECONDS;
    for (;;) {
      this.#writeKept();
      if (this.#keptBytes === 0 || performance.now() >= giveUpAt) return;
      await pause(LAST_LINES_PAUSE_MILLISECONDS);
    }
  }

  #keep(bytes: Uint8Array): void {
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
  }

  #writeKept(): void {
    while (this.#descriptor !== undefined && this.#keptBytes > 0) {
      const [only] = this.#kept;
      const all = this.#kept.length === 1 && only !== undefined ? only : Buffer.concat(this.#kept);
      const written = this.#tryToWrite(this.#descriptor, all);
      this.#kept = [all.subarray(written)];
      this.#keptBytes -= written;
      if (written === 0) return;
      this.#pauseMilliseconds = FIRST_PAUSE_MILLISECONDS;
      if (this.#keptBytes === 0) this.#endRound();
    }
  }

  #endRound(): void {
    this.#kept = [];
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (this.#lostLines === 0) return;
    const time = new Date().toISOString();
    const report = { level: 'warn', time, lost: this.#lostLines, msg: 'lines were lost: nothing could be written' };
    this.#lostLines = 0;
    this.#keep(Buffer.from(`${JSON.stringify(report)}\n`));
  }

  /** Returns how many bytes were written; of none it says when to try again, or that there is no use. */
  #tryToWrite(descriptor: number, bytes: Uint8Array): number {
    try {
      const written = writeSync(descriptor, bytes);
      if (written > 0) return written;
    } catch (error) {
      if (!PASSING.has(codeOf(error))) {
        this.#giveUp();
        return 0;
      }
    }
    this.#retryLater();
    return 0;
  }

  #giveUp(): void {
    this.#descriptor = undefined;
    this.#kept = [];
    this.#keptBytes = 0;
    clearTimeout(this.#retry);
  }

  #retryLater(): void {
    if (this.#retry !== undefined) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#writeKept();
    }, this.#pauseMilliseconds).unref();
    this.#pauseMilliseconds = Math.min(this.#pauseMilliseconds * 2, LONGEST_PAUSE_MILLISECONDS);
  }
}
