/** Ends the connection of a request that is answered before its body was read. */
import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import type { Clock } from '../../ports/clock.ts';

const LINGER_AT_MOST_MS = 1000;
const LINGER_AT_MOST_BYTES = 16 * 1024 * 1024;

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Throws away what is still coming, for a while: closed with bytes unread, TCP resets, and the answer may be lost (RFC 9112 9.6). */
async function throwAwayRest(request: IncomingMessage, clock: Clock): Promise<void> {
  const enough = new AbortController();
  const done = (): void => enough.abort();
  let bytes = 0;
  request.on('data', ({ byteLength }: Buffer) => {
    bytes += byteLength;
    if (bytes > LINGER_AT_MOST_BYTES) done();
  });
  for (const event of ['end', 'close', 'error']) request.once(event, done);
  if (request.destroyed) done();
  await clock.sleep(LINGER_AT_MOST_MS, enough.signal);
}

/**
 * The rest of the body would stand before the next request on that connection, which behind a proxy is somebody else's. So
 * nobody destroys the stream, and the connection ends with the answer.
 */
export function closeUnreadBodies(clock: Clock): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } finally {
      if (hasBody(ctx.req) && !ctx.req.readableEnded && !ctx.headerSent) {
        ctx.set('Connection', 'close');
        await throwAwayRest(ctx.req, clock);
      }
    }
  };
}
