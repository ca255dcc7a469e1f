/** A server of apps that are known by their metadata documents: https on this machine, with a certificate that this process trusts. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import type { Context } from 'koa';
import type { Installation } from '../../src/compose.ts';
import { createProvider } from '../../src/provider/create-provider.ts';
import { loadChangeable } from '../../src/provider/current-provider.ts';
import { followRequest } from '../../src/provider/request.ts';
import { CALLBACK } from '../support/relying-party.ts';
import { selfSigned } from '../support/self-signed.ts';

export type Metadata = Readonly<Record<string, unknown>>;

export interface DocumentServer {
  readonly origin: string;
  /** The path of each request, in their order. */
  readonly asked: readonly string[];
  /** Of an app with this metadata: the address of its document, which is its `client_id`. */
  publish(metadata?: Metadata): string;
  /** The address that is answered so. */
  answering(answer: (response: ServerResponse, address: string) => void): string;
  stop(): Promise<void>;
}

/** What an ordinary public app says of itself. */
const USUAL = {
  client_name: 'Notes',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
};

export function answerJson(
  response: ServerResponse,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

// One for all: of two with one name a client would not know which to look at.
const { certificate, key } = selfSigned();
tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate]);

export async function startDocuments(): Promise<DocumentServer> {
  const answers = new Map<string, (response: ServerResponse) => void>();
  const asked: string[] = [];
  const server = https.createServer({ cert: certificate, key }, (request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers.get(path);
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  let published = 0;

  function answering(answer: (response: ServerResponse, address: string) => void): string {
    published += 1;
    const path = `/app-${published}`;
    answers.set(path, (response) => answer(response, `${origin}${path}`));
    return `${origin}${path}`;
  }

  return {
    origin,
    asked,
    answering,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    publish: (metadata = {}) =>
      answering((response, address) => answerJson(response, { client_id: address, ...USUAL, ...metadata })),
  };
}

let callers = 0;

/** The client as oidc-provider makes it of the document, by a provider of its own. */
export async function clientAt({ providerDeps, ...stores }: Installation, clientId: string) {
  const never = (): never => {
    throw new Error('nobody is served');
  };
  const pages = { languages: [], error: never, confirmLogout: never, signedOut: never };
  const log = { debug: never, info: never, warn: never, error: never };
  const provider = createProvider(providerDeps, { pages, log, deviceOf: never }, await loadChangeable(stores));
  let client: object | undefined;
  callers += 1;
  await followRequest({ ip: `198.51.100.${callers}`, get: (_header: string) => '' } as Context, async () => {
    client = await provider.Client.find(clientId);
  });
  return client as Readonly<Record<string, unknown>> | undefined;
}
