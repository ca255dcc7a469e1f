/** Waits for what a real process will do, and not for ever. */
import { setTimeout as pause } from 'node:timers/promises';

const AT_MOST_MS = 60_000;
const PAUSE_MS = 10;

/** `what` is waited for, as text. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const giveUpAt = performance.now() + AT_MOST_MS; performance.now() < giveUpAt; ) {
    if (await isSo()) return;
    await pause(PAUSE_MS);
  }
  throw new Error(`waited in vain: ${what}`);
}
