/** What an API has to take and has to turn away, the same for each language. */
import { decodeJwt, decodeProtectedHeader, type JWTHeaderParameters, type JWTPayload, UnsecuredJWT } from 'jose';
import * as oidc from 'openid-client';
import { allowAccess, enterPassword } from './browser.ts';
import { expect } from './expect.ts';
import type { RegisteredClient, Run, Stack } from './stack.ts';

const SCOPE = 'notes:read';
// More than what any of the libraries allows clocks to differ by (Spring: a minute).
const LONG_AGO_SECONDS = 300;

async function callApi(run: Run): Promise<readonly string[]> {
  const { app, api, user, clients } = run;
  const [service, web] = clients;
  if (service === undefined || web === undefined) throw new Error('The page registers a service and an app.');
  const resource = `${app}/`;
  const tokenFor = async (named: string, scope?: string) => {
    const asked = { resource: named, ...(scope !== undefined && { scope }) };
    return (await oidc.clientCredentialsGrant(await configurationOf(run.issuer, service), asked)).access_token;
  };

  const ofService = await tokenFor(resource, SCOPE);
  await isServed(run, ofService, { caller: service.clientId, client: service.clientId });
  const { access_token: ofUser, id_token: idToken = '' } = await signInTo(run, web);
  await isServed(run, ofUser, { caller: user.sub, client: web.clientId });

  expect(
    (await call(run, await tokenFor(resource))).status === 403,
    'a token without the scope was not answered with 403',
  );
  const turnedAway: Readonly<Record<string, string>> = {
    'for another API': await tokenFor(`${api}/`, SCOPE),
    'that is an ID token': idToken,
    ...(await variantsOf(ofUser, run)),
  };
  for (const [what, token] of Object.entries(turnedAway)) await isTurnedAway(run, what, token);
  await isTurnedAway(run, 'that is not there', '');
  return ['took the tokens of a service and of a user', `turned ${Object.keys(turnedAway).length + 1} others away`];
}

/** What all APIs have in common: their own address is their identifier. */
export const apiProgram = {
  environment: ({ app }) => ({ RESOURCE: `${app}/` }),
  drive: callApi,
} as const satisfies Partial<Stack>;

async function configurationOf(issuer: string, { clientId, clientSecret }: RegisteredClient) {
  return oidc.discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretBasic(clientSecret), {
    execute: [oidc.allowInsecureRequests],
  });
}

/** As an app does; nothing answers at its redirect URI, and nothing has to. */
async function signInTo({ page, app, issuer, user }: Run, web: RegisteredClient) {
  const config = await configurationOf(issuer, web);
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const request = oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${app}/callback`,
    scope: `openid profile ${SCOPE}`,
    resource: `${app}/`,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  await page.goto(request.href);
  await enterPassword(page, user);
  await allowAccess({ page, app });
  return oidc.authorizationCodeGrant(config, new URL(page.url()), { pkceCodeVerifier });
}

/** The header, claims and signature of a good token, changed one at a time. */
async function variantsOf(token: string, { issuer, sign }: Run): Promise<Readonly<Record<string, string>>> {
  const header = decodeProtectedHeader(token) as JWTHeaderParameters;
  const claims = decodeJwt(token);
  const { typ: _, ...untyped } = header;
  const before = Math.floor(Date.now() / 1000) - LONG_AGO_SECONDS;
  const withClaims = (changed: JWTPayload) => sign(header, { ...claims, ...changed });
  const [encodedHeader, , signature] = token.split('.');
  const ofSomebodyElse = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url');
  return {
    'that has expired': await withClaims({ iat: before - 1, exp: before }),
    'of another issuer': await withClaims({ iss: 'https://id.example.com' }),
    'whose issuer ends with a slash': await withClaims({ iss: `${issuer}/` }),
    'whose audience has no slash': await withClaims({ aud: String(claims.aud).replace(/\/$/, '') }),
    'of the type JWT': await sign({ ...header, typ: 'JWT' }, claims),
    'of no type': await sign(untyped, claims),
    'that nobody signed': new UnsecuredJWT(claims).encode(),
    'whose claims were changed': `${encodedHeader}.${ofSomebodyElse}.${signature}`,
  };
}

async function call({ app }: Run, token: string): Promise<Response> {
  return fetch(`${app}/notes`, { headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
}

async function isServed(run: Run, token: string, expected: Readonly<Record<string, unknown>>): Promise<void> {
  const response = await call(run, token);
  const text = await response.text();
  const challenge = response.headers.get('www-authenticate') ?? '';
  expect(response.status === 200, `a good token was answered with ${response.status} ${challenge}`);
  const seen = JSON.parse(text) as Readonly<Record<string, unknown>>;
  for (const [member, value] of Object.entries(expected)) {
    expect(seen[member] === value, `${member} is ${JSON.stringify(seen[member])}, not ${JSON.stringify(value)}`);
  }
}

async function isTurnedAway(run: Run, what: string, token: string): Promise<void> {
  const { status, headers } = await call(run, token);
  expect(status === 401, `a token ${what} was answered with ${status}, not 401`);
  expect(/^Bearer\b/i.test(headers.get('www-authenticate') ?? ''), `a token ${what} met no challenge`);
}
