/** APIs with a client that may introspect, tokens of every kind for them, and what introspection says. */

import { randomUUID } from 'node:crypto';
import type { Response } from 'got';
import { createResourceWithClient } from '../../src/domain/clients/resource-with-client.ts';
import { type Fixture, obtainCode, redeem } from '../support/provider-fixture.ts';
import { type App, appOf, type TokenAnswer } from '../support/relying-party.ts';
import type { RegisteredMetadata } from '../support/seed.ts';
import type { User } from '../support/user.ts';

export interface Api {
  readonly identifier: string;
  /** The client that may introspect tokens meant for this API. */
  readonly client: App;
}

export async function newApi({ latchkey }: Fixture, format: 'jwt' | 'opaque'): Promise<Api> {
  const { resource, client } = await createResourceWithClient(
    {
      identifier: `https://api-${randomUUID()}.example.com/`,
      scopes: { 'things:do': 'Do things' },
      format,
      ttlSeconds: 600,
      alg: 'ES256',
      introspectionClients: [],
    },
    {
      ...latchkey.installation.registration,
      resources: latchkey.installation.resources,
      scopes: latchkey.installation.scopes,
    },
  );
  return { identifier: resource.identifier, client: appOf(latchkey, client as RegisteredMetadata) };
}

export const kinds = ['JWT access token', 'opaque access token', 'userinfo token', 'refresh token'] as const;
export type Kind = (typeof kinds)[number];

export interface Issued {
  readonly token: string;
  readonly answer: TokenAnswer;
  readonly app: App;
  readonly user: User;
  readonly code: string;
  readonly verifier: string;
  /** Undefined for tokens that are for no API. */
  readonly api: Api | undefined;
}

export interface IssueWishes {
  readonly isOffline?: boolean;
  readonly user?: User;
  readonly app?: App;
  readonly login?: string;
}

/** Signs a user in for a token of this kind. */
export async function issue(fixture: Fixture, kind: Kind, options: IssueWishes = {}): Promise<Issued> {
  const { app = await fixture.newApp(), isOffline = false, user, login } = options;
  const isForApi = kind === 'JWT access token' || kind === 'opaque access token';
  const api = isForApi ? await newApi(fixture, kind === 'JWT access token' ? 'jwt' : 'opaque') : undefined;
  const target = api === undefined ? {} : { resource: api.identifier };
  const grant = await obtainCode(app, {
    scope: `openid email things:do${isOffline ? ' offline_access' : ''}`,
    ...(isOffline && { prompt: 'consent' }),
    ...target,
    ...(user && { user }),
    ...(login !== undefined && { login }),
  });
  const { body: answer } = await redeem(app, grant, target);
  const token = kind === 'refresh token' ? (answer.refresh_token ?? '') : answer.access_token;
  return { ...grant, token, answer, app, api };
}

export function introspect(
  asking: App,
  token: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<Response<Record<string, unknown>>> {
  return asking.post('/token/introspection', { token, ...extra });
}

export async function isActive(asking: App, token: string): Promise<unknown> {
  return (await introspect(asking, token)).body.active;
}
