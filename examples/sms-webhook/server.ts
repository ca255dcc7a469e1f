/** Takes signed codes from the provider, and hands each on as one SMS. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SendSms } from './gateway.ts';
import { TOLERANCE_SECONDS, verifiedId } from './verify-signature.ts';

const MOST_BYTES = 10_000;

/** What the provider posts (docs/production.md, "Codes for phones"). */
interface CodeMessage {
  readonly type: 'code';
  readonly channel: 'sms';
  readonly destination: string;
  readonly code: string;
  readonly language: string;
  readonly app?: string;
}

export interface SmsWebhookOptions {
  readonly secret: Uint8Array;
  readonly sendSms: SendSms;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Why a message was not sent. Never a code or a number. */
  readonly onFailure: (reason: string) => void;
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function messageIn(body: string): CodeMessage | undefined {
  try {
    const { type, channel, destination, code } = JSON.parse(body) as CodeMessage;
    if (type !== 'code' || channel !== 'sms' || !/^\+?[\d ().-]{5,30}$/.test(destination)) return undefined;
    return /^\d{4,10}$/.test(code) ? (JSON.parse(body) as CodeMessage) : undefined;
  } catch {
    return undefined;
  }
}

/** The code first: telephones show the beginning. */
function textOf({ code, language, app }: CodeMessage): string {
  if (language.startsWith('de'))
    return `${code} ist Ihr Code${app === undefined ? '' : ` für ${app}`}. Geben Sie ihn nicht weiter.`;
  return `${code} is your code${app === undefined ? '' : ` for ${app}`}. Never pass it on.`;
}

export function createSmsWebhook({ secret, sendSms, now, onFailure }: SmsWebhookOptions) {
  /** Ids of messages that were taken, and when: each is sent once. */
  const taken = new Map<string, number>();

  function forgetOld(): void {
    for (const [id, at] of taken) {
      // In the order in which they came: all others are younger.
      if (at > now() - 2 * TOLERANCE_SECONDS * 1000) break;
      taken.delete(id);
    }
  }

  async function statusFor(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST') return 405;
    const body = await readBody(request);
    if (body === undefined) return 413;
    const id = verifiedId({ headers: request.headers, body }, secret, now());
    if (id === undefined) return 401;
    forgetOld();
    // A replay, or the same message again because the answer was lost.
    if (taken.has(id)) return 204;
    const message = messageIn(body);
    if (message === undefined) return 400;
    taken.set(id, now());
    try {
      await sendSms({ to: message.destination, text: textOf(message) });
      return 204;
    } catch (error) {
      taken.delete(id);
      onFailure(error instanceof Error ? error.message : 'unknown');
      return 502;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const status = await statusFor(request).catch(() => 400);
    response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end();
  }

  const server = createServer((request, response) => void answer(request, response));
  return {
    /** On loopback; port 0 picks a free one. */
    async listen(port: number): Promise<number> {
      await new Promise<void>((listening, failed) => {
        server.once('error', failed);
        server.listen(port, '127.0.0.1', listening);
      });
      return (server.address() as AddressInfo).port;
    },
    close: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}
