/** Tells load balancers and orchestrators whether this process lives and whether it can serve. */
import type { Context, Middleware } from 'koa';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { StorageReplaced } from '../storage/driver.ts';

const PING_TIMEOUT_MILLISECONDS = 2000;
/** A write that takes longer waits for others, which is no fault yet: when it fails in the end, the next answer says so. */
const WRITE_PATIENCE_MILLISECONDS = 1000;
const WRITE_EVERY_MILLISECONDS = 5000;

export interface Health {
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Whether the last write of the probe was taken. */
  isWritable(): Promise<boolean>;
  /** True once the process was told to stop. */
  isStopping(): boolean;
  readonly clock: Clock;
}

/**
 * A database that is read but takes no writes, on a full disk say, serves nobody for long. It writes at most once in five
 * seconds, whoever asks: the address is open to everybody.
 */
export function createWriteProbe(write: () => Promise<unknown>, clock: Clock): Health['isWritable'] {
  let lastAt = -Infinity;
  let wasTaken = true;
  let underWay: Promise<void> | undefined;

  function begin(): Promise<void> {
    const isTaken = write().then(
      () => true,
      () => false,
    );
    return isTaken.then((taken) => {
      wasTaken = taken;
      underWay = undefined;
    });
  }

  return async () => {
    // Also when the clock was set back.
    if (underWay === undefined && Math.abs(clock.now() - lastAt) >= WRITE_EVERY_MILLISECONDS) {
      lastAt = clock.now();
      underWay = begin();
    }
    if (underWay !== undefined) {
      const written = new AbortController();
      await Promise.race([underWay, clock.sleep(WRITE_PATIENCE_MILLISECONDS, written.signal)]);
      written.abort();
    }
    return wasTaken;
  };
}

/** Logs it once per incident: otherwise nobody would notice before the next start. */
export function reportReplaced(ping: Health['ping'], log: Pick<Log, 'error'>): Health['ping'] {
  let isReported = false;
  return async () => {
    try {
      await ping();
      isReported = false;
    } catch (error) {
      if (error instanceof StorageReplaced && !isReported) {
        isReported = true;
        log.error({ error }, 'the files of the database were removed or replaced: put them back, or restart');
      }
      throw error;
    }
  };
}

async function isReady({ ping, isWritable, isStopping, clock }: Health): Promise<boolean> {
  if (isStopping()) return false;
  const answered = new AbortController();
  const timeout = clock.sleep(PING_TIMEOUT_MILLISECONDS, answered.signal).then(() => false);
  try {
    // A lost database is asked to write nothing.
    return (await Promise.race([ping().then(() => true), timeout])) && (await isWritable());
  } catch {
    return false;
  } finally {
    answered.abort();
  }
}

function answer(ctx: Context, isWell: boolean): void {
  ctx.status = isWell ? 200 : 503;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { status: isWell ? 'ok' : 'unavailable' };
}

export const live: Middleware = (ctx) => answer(ctx, true);

export function ready(health: Health): Middleware {
  return async (ctx) => answer(ctx, await isReady(health));
}
