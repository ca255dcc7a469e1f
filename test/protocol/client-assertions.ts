/** An app that proves itself by a key pair instead of a secret (RFC 7523). */
import { randomUUID } from 'node:crypto';
import got, { type Response } from 'got';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { Fixture } from '../support/provider-fixture.ts';
import type { App, TokenAnswer } from '../support/relying-party.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export type AssertionClaims = Readonly<Record<string, unknown>>;

export interface KeyedApp {
  readonly app: App;
  readonly privateKey: CryptoKey;
  /** Signed by the app's key; what is given replaces the usual claims, undefined takes one away. */
  assertion(claims?: AssertionClaims, key?: CryptoKey, header?: AssertionClaims): Promise<string>;
  post(path: string, assertion: string, form: Readonly<Record<string, string>>): Promise<Response<TokenAnswer>>;
}

export async function newKeyedApp({ latchkey, newApp }: Fixture, metadata: object = {}): Promise<KeyedApp> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: randomUUID() };
  const app = await newApp({ ...metadata, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } });
  const { client_id: id } = app.client;
  return {
    app,
    privateKey,
    async assertion(claims = {}, key = privateKey, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: id, sub: id, aud: latchkey.issuer, jti: randomUUID(), iat: now, exp: now + 60 };
      const payload: JWTPayload = Object.assign(usual, claims);
      return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: jwk.kid, ...header }).sign(key);
    },
    post: async (path, assertion, form) =>
      (await got.post(`${latchkey.issuer}${path}`, {
        form: { ...form, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion },
        throwHttpErrors: false,
        retry: { limit: 0 },
        responseType: 'json',
      })) as Response<TokenAnswer>,
  };
}
