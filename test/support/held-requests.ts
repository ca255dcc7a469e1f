/** Requests that a process has accepted, and whose forms are yet to come: all are under way before any can be answered. */
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

export interface HeldAnswer {
  readonly status: number | undefined;
  readonly body: Record<string, unknown>;
  readonly connection: string | undefined;
}

/** Sends the form, and waits for the answer. */
export type Finish = () => Promise<HeldAnswer>;

export async function beginRequest(
  address: string,
  credentials: string,
  form: Readonly<Record<string, string>>,
): Promise<Finish> {
  const body = new URLSearchParams(form).toString();
  const request = http.request(address, {
    method: 'POST',
    agent: false,
    auth: credentials,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
      // RFC 9110 10.1.1: answered when the request has arrived, before its body.
      expect: '100-continue',
    },
  });
  request.flushHeaders();
  await once(request, 'continue');
  return async () => {
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return {
      status: response.statusCode,
      body: (await json(response)) as Record<string, unknown>,
      connection: response.headers.connection,
    };
  };
}

/** The answers to as many requests, all accepted before the first form is sent. */
export async function underWayTogether(
  count: number,
  begin: (caller: number) => Promise<Finish>,
): Promise<readonly HeldAnswer[]> {
  const begun = await Promise.all(Array.from({ length: count }, (_, caller) => begin(caller)));
  return Promise.all(begun.map((finish) => finish()));
}
