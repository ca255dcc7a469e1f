/** Stands between browsers, apps and the provider, and remembers everything that passes. */
import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Owner } from '../../support/owner.ts';

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Exchange {
  readonly method: string;
  /** As sent: path and query. */
  readonly url: string;
  readonly request: Message;
  readonly response: Message & { readonly status: number };
}

export interface WireTap {
  /** Where everybody believes the provider is. */
  readonly address: string;
  readonly exchanges: readonly Exchange[];
  /** Tells where the provider really is. */
  leadTo(address: string): void;
}

async function passOn(incoming: IncomingMessage, body: string, target: string): Promise<IncomingMessage> {
  const { method, url, headers } = incoming;
  const outgoing = http.request(new URL(url ?? '/', target), { method, headers, setHost: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return response;
}

export async function startWireTap(owner: Owner): Promise<WireTap> {
  const exchanges: Exchange[] = [];
  let target = '';

  async function pass(incoming: IncomingMessage, answer: http.ServerResponse): Promise<void> {
    const body = await text(incoming);
    const response = await passOn(incoming, body, target);
    const answered = await text(response);
    exchanges.push({
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      request: { headers: incoming.headers, body },
      response: { headers: response.headers, body: answered, status: response.statusCode ?? 0 },
    });
    answer.writeHead(response.statusCode ?? 502, response.rawHeaders);
    answer.end(answered);
  }

  const server = http.createServer((incoming, answer) => {
    pass(incoming, answer).catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owner.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}`,
    exchanges,
    leadTo: (address) => {
      target = address;
    },
  };
}
