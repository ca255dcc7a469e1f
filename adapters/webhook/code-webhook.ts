/** Posts each code to an address of the operator's, signed as Standard Webhooks has it (standardwebhooks.com, 1.0.0). */
import { createHmac } from 'node:crypto';
import { type ClientRequest, request as requestInTheClear } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { Clock } from '../../src/ports/clock.ts';
import { type CodeMessage, CodeNotSent, type CodeSender } from '../../src/ports/code-sender.ts';
import { InternalAddress, isInternal, lookupPublic } from './internal-addresses.ts';

const DEADLINE_MILLISECONDS = 5000;

/** "Signature scheme", v1: HMAC-SHA-256 over id, timestamp and body. */
export function webhookSignature(
  { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: string },
  secret: Uint8Array,
): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

function bodyOf({ id, channel, destination, code, language, accountId, appName, expiresAt }: CodeMessage): string {
  const message = { id, type: 'code', channel, destination, code, language, account: accountId };
  return JSON.stringify({ ...message, app: appName, expires_at: new Date(expiresAt).toISOString() });
}

export interface CodeWebhookDeps {
  readonly url: string;
  readonly secret: Uint8Array;
  /** Origins that may be internal (OUTBOUND_ALLOW_PRIVATE). */
  readonly allowPrivate: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
  readonly deadlineMilliseconds?: number;
}

export class CodeWebhook implements CodeSender {
  readonly #deps: CodeWebhookDeps;
  readonly #url: URL;
  readonly #mayBeInternal: boolean;

  constructor(deps: CodeWebhookDeps) {
    this.#deps = deps;
    this.#url = new URL(deps.url);
    this.#mayBeInternal = deps.allowPrivate.includes(this.#url.origin);
  }

  async send(message: CodeMessage): Promise<void> {
    const { clock, secret, deadlineMilliseconds = DEADLINE_MILLISECONDS } = this.#deps;
    const literal = this.#url.hostname.replace(/^\[(.*)\]$/, '$1');
    // Of an address nothing is looked up.
    if (!this.#mayBeInternal && /^[\d.]+$|:/.test(literal) && isInternal(literal))
      throw new CodeNotSent('address_not_allowed');
    const body = bodyOf(message);
    const timestamp = Math.floor(clock.now() / 1000);
    const signal = AbortSignal.timeout(deadlineMilliseconds);
    const request = (this.#url.protocol === 'https:' ? requestSecurely : requestInTheClear)(this.#url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'User-Agent': 'Latchkey',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': webhookSignature({ id: message.id, timestamp, body }, secret),
      },
      agent: false,
      signal,
      ...(!this.#mayBeInternal && { lookup: lookupPublic }),
    });
    const status = await statusOf(request, body, signal);
    // Redirects too: the code is for the address that the operator named.
    if (status < 200 || status > 299) throw new CodeNotSent('rejected', String(status));
  }
}

/** Nothing of the answer but its status is read. */
function statusOf(request: ClientRequest, body: string, signal: AbortSignal): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request.once('response', (response) => {
    resolve(response.statusCode ?? 0);
    response.destroy();
  });
  request.on('error', (error: NodeJS.ErrnoException) => {
    if (error instanceof InternalAddress) reject(new CodeNotSent('address_not_allowed'));
    else reject(signal.aborted ? new CodeNotSent('timed_out') : new CodeNotSent('unreachable', error.code));
  });
  request.end(body);
  return promise;
}
