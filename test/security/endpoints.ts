/** Every endpoint, as called without credentials and with what it takes to get further. */
import { ASSERTION_TYPE, newKeyedApp } from '../protocol/client-assertions.ts';
import { newDpopKey } from '../protocol/dpop-proofs.ts';
import { API, type Fixture, newVisitor, obtainCode, redeem } from '../support/provider-fixture.ts';
import type { User } from '../support/user.ts';
import { formOf } from './sent-form.ts';

export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Header lines that prove who calls. */
  readonly headers: readonly string[];
  /** Right parameters, so that wrong ones beside them are looked at. */
  readonly parameters: string;
}

const strange = (method: Endpoint['method'], path: string): Endpoint => ({ method, path, headers: [], parameters: '' });

const readEndpoints = [
  ...['/', '/livez', '/readyz', '/jwks', '/nowhere', '/assets/latchkey.css'],
  ...['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'],
  ...['/auth', '/auth/somewhere', '/me', '/session/end', '/session/end/success', '/interaction/somewhere'],
].map((path) => strange('GET', path));

export const formEndpoints: readonly Endpoint[] = [
  ...['/token', '/token/introspection', '/token/revocation', '/request', '/me', '/session/end/confirm'],
  ...['login', 'consent', 'abort'].map((verb) => `/interaction/somewhere/${verb}`),
].map((path) => strange('POST', path));

/** Answered with a redirect, whatever comes: it is judged where that leads. */
const posted = ['/auth', '/session/end'].map((path) => strange('POST', path));

export const endpoints: readonly Endpoint[] = [...readEndpoints, ...formEndpoints, ...posted];

const parametersOf = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

async function cookieOf(user: User, address: string): Promise<string> {
  return `Cookie: ${await user.jar.getCookieString(address)}`;
}

async function interactionEndpoints({ newApp }: Fixture): Promise<Endpoint[]> {
  const user = newVisitor();
  const page = await user.open((await newApp()).request().url);
  const headers = [await cookieOf(user, page.url)];
  const { pathname } = new URL(page.url);
  const csrf = parametersOf(formOf(page, '/login').hidden);
  return [
    { method: 'GET', path: pathname, headers, parameters: '' },
    ...['login', 'consent'].map((verb) => ({
      ...{ method: 'POST' as const, path: `${pathname}/${verb}`, headers },
      parameters: `${csrf}&login=nobody`,
    })),
  ];
}

async function sessionEndpoints({ newApp, latchkey: { issuer } }: Fixture): Promise<Endpoint[]> {
  const app = await newApp();
  const { user, ...grant } = await obtainCode(app);
  const { body: tokens } = await redeem(app, grant);
  const page = await user.open(`${issuer}/session/end`);
  const headers = [await cookieOf(user, page.url)];
  const { search } = new URL(app.request().url);
  return [
    { method: 'GET', path: '/auth', headers, parameters: search.slice(1) },
    { method: 'GET', path: '/session/end', headers, parameters: parametersOf({ client_id: app.client.client_id }) },
    {
      method: 'GET',
      path: '/session/end',
      headers,
      parameters: parametersOf({ id_token_hint: tokens.id_token ?? '' }),
    },
    // Without the right token, so that the session lives on.
    { method: 'POST', path: '/session/end/confirm', headers, parameters: 'logout=yes' },
    { method: 'GET', path: '/me', headers: [`Authorization: Bearer ${tokens.access_token}`], parameters: '' },
    { method: 'POST', path: '/me', headers: [`Authorization: Bearer ${tokens.access_token}`], parameters: '' },
  ];
}

const post = (path: string, headers: readonly string[], parameters: string): Endpoint => ({
  ...{ method: 'POST', path, headers, parameters },
});

/** What is read before the signature is checked. */
async function signedEndpoints(fixture: Fixture): Promise<Endpoint[]> {
  const keyed = await newKeyedApp(fixture);
  const forIssuer = { client_assertion_type: ASSERTION_TYPE, client_assertion: await keyed.assertion() };
  const proof = await (await newDpopKey()).proof({ address: `${fixture.latchkey.issuer}/token` });
  return [
    post('/token', [], parametersOf({ ...forIssuer, grant_type: 'refresh_token', refresh_token: 'x' })),
    post('/request', [], parametersOf({ ...forIssuer, response_type: 'code' })),
    post('/token', [`DPoP: ${proof}`], parametersOf({ ...forIssuer, grant_type: 'refresh_token', refresh_token: 'x' })),
  ];
}

async function clientEndpoints({ newApp }: Fixture): Promise<Endpoint[]> {
  const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'];
  const app = await newApp({ grant_types: grantTypes, resources: [API] });
  const { body: jwt } = await app.token({ grant_type: 'client_credentials', resource: API });
  const { client_id: id, client_secret: secret } = app.client;
  const headers = [`Authorization: Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`];
  const verifier = 'x'.repeat(43);
  const redirectUri = new URL(app.request().url).searchParams.get('redirect_uri') ?? '';
  const code = { grant_type: 'authorization_code', code: 'x', code_verifier: verifier, redirect_uri: redirectUri };
  return [
    post('/token', headers, parametersOf(code)),
    post('/token', headers, 'grant_type=refresh_token&refresh_token=x'),
    post('/token', headers, parametersOf({ grant_type: 'client_credentials', resource: API })),
    post('/token', headers, ''),
    post('/token/introspection', headers, 'token=x'),
    post('/token/introspection', headers, `token=${jwt.access_token}`),
    post('/token/introspection', headers, ''),
    post('/token/revocation', headers, 'token=x'),
    post('/token/revocation', headers, `token=${jwt.access_token}`),
    post('/request', headers, new URL(app.request().url).search.slice(1)),
  ];
}

/** With an app's secret, a live session, a sign-in under way or a good token. */
export async function liveEndpoints(fixture: Fixture): Promise<readonly Endpoint[]> {
  return [
    ...(await clientEndpoints(fixture)),
    ...(await signedEndpoints(fixture)),
    ...(await sessionEndpoints(fixture)),
    ...(await interactionEndpoints(fixture)),
  ];
}
