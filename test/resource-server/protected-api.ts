/** A Koa API behind the middleware, with its issuer and a clock to move: what most tests here begin with. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AccessTokenState,
  type ProtectionOptions,
  protectResource,
  type RequestDemands,
} from '@latchkey/resource-server';
import type { ExecutionContext } from 'ava';
import got, { type Response } from 'got';
import Koa from 'koa';
import { audience, startTestIssuer, type TestIssuer } from './test-issuer.ts';

/** What the API demands of each request; the scope `notes:read` by default. */
export interface ApiOptions extends Partial<ProtectionOptions>, Omit<RequestDemands, 'query'> {}

export interface Answer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly headers: Response['headers'];
  readonly body: unknown;
}

export interface ProtectedApi {
  readonly issuer: TestIssuer;
  readonly nowSeconds: () => number;
  advance(seconds: number): void;
  readonly url: string;
  /** Sends this Authorization header, as it is. */
  send(authorization: string | undefined, query?: string): Promise<Answer>;
  /** Sends this token as it should be sent. */
  call(token: string): Promise<Answer>;
}

export async function startProtectedApi(t: ExecutionContext, options: ApiOptions = {}): Promise<ProtectedApi> {
  const { scopes = ['notes:read'], acr, maxAgeSeconds, ...verifierOptions } = options;
  let now = Date.now();
  const nowSeconds = () => Math.floor(now / 1000);
  const issuer = await startTestIssuer(t, nowSeconds);
  const app = new Koa<AccessTokenState>();
  const notes = protectResource({ issuer: issuer.url, audience, now: () => now, ...verifierOptions });
  const signIn = { ...(acr !== undefined && { acr }), ...(maxAgeSeconds !== undefined && { maxAgeSeconds }) };
  app.use((acr ?? maxAgeSeconds) ? notes.requireToken({ scopes, ...signIn }) : notes.requireScopes(...scopes));
  app.use((context) => {
    context.body = context.state.accessToken;
  });
  app.on('error', (error: Error) => t.log(error));
  const server = createServer(app.callback());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  async function send(authorization: string | undefined, query = ''): Promise<Answer> {
    const response = await got(`${url}${query}`, {
      headers: { authorization },
      throwHttpErrors: false,
      retry: { limit: 0 },
      timeout: { request: 20_000 },
    });
    return {
      status: response.statusCode,
      challenge: response.headers['www-authenticate'],
      headers: response.headers,
      body: response.headers['content-type']?.startsWith('application/json')
        ? JSON.parse(response.body)
        : response.body,
    };
  }
  return {
    url,
    issuer,
    nowSeconds,
    advance: (seconds) => {
      now += seconds * 1000;
    },
    send,
    call: (token) => send(`Bearer ${token}`),
  };
}
