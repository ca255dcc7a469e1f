/** Whether a request is from the provider, and new: Standard Webhooks 1.0.0, "Verifying webhook authenticity". */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How far the two clocks may be apart, and for how long a message may be replayed: so long its id is remembered. */
export const TOLERANCE_SECONDS = 300;

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  /** As it arrived: a body that was parsed and written again has another signature. */
  readonly body: string;
}

const text = (value: string | readonly string[] | undefined): string => (typeof value === 'string' ? value : '');

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** The id of the message; undefined where it is not from whoever has the secret, or too old. `now` in milliseconds. */
export function verifiedId({ headers, body }: SignedRequest, secret: Uint8Array, now: number): string | undefined {
  const id = text(headers['webhook-id']);
  const timestamp = text(headers['webhook-timestamp']);
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return undefined;
  const expected = `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  // Several, while a secret is being exchanged for another.
  const signatures = text(headers['webhook-signature']).split(' ').slice(0, 10);
  return signatures.some((signature) => isSame(expected, signature)) ? id : undefined;
}
