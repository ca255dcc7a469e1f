/** Every way in which an app's authorization request comes in: a rule of requests is tried at each of them. */
import { randomUUID } from 'node:crypto';
import got from 'got';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Fixture } from './provider-fixture.ts';
import type { App } from './relying-party.ts';
import type { Page, User } from './user.ts';

export interface SigningApp extends App {
  readonly privateKey: CryptoKey;
}

/** An app that can come through every door. */
export async function newSigningApp({ newApp }: Fixture, metadata: object = {}): Promise<SigningApp> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: randomUUID() };
  return { ...(await newApp({ ...metadata, jwks: { keys: [jwk] } })), privateKey };
}

type Parameters = Readonly<Record<string, string>>;

/** Sends the request from a user's browser. */
type Door = (issuer: string, app: SigningApp, parameters: Parameters, user: User) => Promise<Page>;

function plain(issuer: string, parameters: Parameters): string {
  return `${issuer}/auth?${new URLSearchParams(parameters)}`;
}

/** Claims that are given replace the usual ones; undefined takes one away. */
export function requestObject(
  issuer: string,
  { client, privateKey }: SigningApp,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iat: now, nbf: now, exp: now + 60, iss: client.client_id, aud: issuer, jti: randomUUID() };
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey);
}

async function pushed(issuer: string, app: App, parameters: Parameters): Promise<string> {
  const { statusCode, body } = await app.post('/request', parameters);
  if (statusCode !== 201) throw new Error(`not pushed: ${JSON.stringify(body)}`);
  return plain(issuer, { client_id: app.client.client_id, request_uri: String(body.request_uri) });
}

export const doors: Readonly<Record<string, Door>> = {
  plain: (issuer, _app, parameters, user) => user.open(plain(issuer, parameters)),
  async posted(issuer, _app, parameters, user) {
    const { headers } = await got.post(`${issuer}/auth`, { form: parameters, followRedirect: false });
    return user.open(String(headers.location));
  },
  pushed: async (issuer, app, parameters, user) => user.open(await pushed(issuer, app, parameters)),
  async 'as a request object'(issuer, app, parameters, user) {
    const request = await requestObject(issuer, app, parameters);
    return user.open(plain(issuer, { client_id: app.client.client_id, request }));
  },
  async 'as a pushed request object'(issuer, app, parameters, user) {
    return user.open(await pushed(issuer, app, { request: await requestObject(issuer, app, parameters) }));
  },
};

/** What the app asks for in `parameters`, sent through a door. */
export async function comeIn(
  { latchkey }: Fixture,
  { door, app, user }: { readonly door: string; readonly app: SigningApp; readonly user: User },
  parameters: Parameters = {},
): Promise<{ readonly page: Page; readonly verifier: string }> {
  const { url, verifier } = app.request(parameters);
  const send = doors[door];
  if (send === undefined) throw new Error(`there is no door ${door}`);
  const page = await send(latchkey.issuer, app, Object.fromEntries(new URL(url).searchParams), user);
  return { page, verifier };
}
