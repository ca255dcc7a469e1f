/** How each cause of a faulty request object is brought about: by value, and pushed. */
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { updateClient } from '../../src/domain/clients/change.ts';
import type { Fixture } from '../support/provider-fixture.ts';
import { CALLBACK } from '../support/relying-party.ts';
import { newSigningApp, requestObject, type SigningApp } from '../support/request-doors.ts';
import type { Provocations, Provoke } from './provoked-requests.ts';
import { browse, type Told, toldBy } from './told.ts';

type Claims = Readonly<Record<string, unknown>>;

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const usual = (app: SigningApp): Claims => Object.fromEntries(new URL(app.request().url).searchParams);

type Make = (fixture: Fixture, app: SigningApp) => string | Promise<string>;

/** Signed by the app, but for what is said here. */
const signing =
  (claims: Claims): Make =>
  ({ latchkey: { issuer } }, app) =>
    requestObject(issuer, app, { ...usual(app), ...claims });

const askBy = ({ latchkey: { issuer } }: Fixture, app: SigningApp, request: string, beside = {}): Promise<Told> =>
  browse(
    `${issuer}/auth?${new URLSearchParams({
      ...{ client_id: app.client.client_id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' },
      ...{ request, ...beside },
    })}`,
  );

interface Ways {
  readonly metadata?: object;
  /** Parameters in the open. */
  readonly beside?: Readonly<Record<string, string>>;
}

const byValue =
  (make: Make, { metadata = {}, beside }: Ways = {}): Provoke =>
  async (fixture) => {
    const app = await newSigningApp(fixture, metadata);
    return askBy(fixture, app, await make(fixture, app), beside);
  };

const pushed =
  (make: Make, { metadata = {}, beside = {} }: Ways = {}): Provoke =>
  async (fixture) => {
    const app = await newSigningApp(fixture, metadata);
    return toldBy(await app.post('/request', { request: await make(fixture, app), ...beside }));
  };

const FAPI = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true };

const claimsOf = (app: SigningApp, issuer: string): Claims => ({
  ...usual(app),
  ...{ iss: app.client.client_id, aud: issuer, exp: nowSeconds() + 60, nbf: nowSeconds() },
});

const byForeignKey =
  (alg: string): Make =>
  async ({ latchkey: { issuer } }, app) =>
    new SignJWT(claimsOf(app, issuer)).setProtectedHeader({ alg }).sign((await generateKeyPair(alg)).privateKey);

const bySecret: Make = ({ latchkey: { issuer } }, app) =>
  new SignJWT(claimsOf(app, issuer))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(app.client.client_secret));

const unsigned: Make = ({ latchkey: { issuer } }, app) => new UnsecuredJWT(claimsOf(app, issuer)).encode();

export const provokedRequestObjects: Provocations = {
  'invalid_request_object#object-malformed': byValue(() => 'a.b.c'),
  'invalid_request_object#object-encrypted': byValue(
    async (fixture, app) => `${await signing({})(fixture, app)}.tag.more`,
  ),
  'invalid_request_object#object-in-object': byValue(signing({ request: 'a.b.c' })),
  'invalid_request_object#object-parameter-odd': pushed(signing({ scope: { toString: 1 } })),
  'invalid_request_object#object-type': byValue(({ latchkey: { issuer } }, app) =>
    requestObject(issuer, app, usual(app), { typ: 'at+jwt' }),
  ),
  'invalid_request_object#object-response-type': byValue(signing({}), { beside: { response_type: 'token' } }),
  'invalid_request_object#object-client-beside': byValue(signing({ client_id: 'somebody' })),
  'invalid_request_object#object-client-missing': pushed(signing({ client_id: undefined })),
  'invalid_request_object#object-unsigned': byValue(unsigned),
  'invalid_request_object#object-alg': byValue(bySecret),
  'invalid_request_object#object-alg-registered': byValue(signing({}), {
    metadata: { request_object_signing_alg: 'PS256' },
  }),
  'invalid_request_object#object-signature': byValue(byForeignKey('ES256')),
  'invalid_request_object#object-without-keys': async (fixture) => {
    const app = { ...(await newSigningApp(fixture)), ...(await fixture.newApp()) };
    return askBy(fixture, app, await requestObject(fixture.latchkey.issuer, app, usual(app)));
  },
  'invalid_request_object#object-expired': byValue((fixture, app) => signing({ exp: nowSeconds() - 60 })(fixture, app)),
  'invalid_request_object#object-not-yet-valid': byValue((fixture, app) =>
    signing({ nbf: nowSeconds() + 120 })(fixture, app),
  ),
  'invalid_request_object#object-audience': byValue(signing({ aud: 'https://elsewhere.example/' })),
  'invalid_request_object#object-issuer': byValue(signing({ iss: undefined })),
  'invalid_request_object#object-pushed-expired': pushed((fixture, app) =>
    signing({ exp: nowSeconds() - 8 })(fixture, app),
  ),
  'invalid_request_object#object-fapi-claims': pushed(signing({ nbf: undefined }), { metadata: FAPI }),
  'invalid_request_object#object-fapi-lifetime': pushed(
    (fixture, app) => signing({ exp: nowSeconds() + 3660 })(fixture, app),
    { metadata: FAPI },
  ),
  'invalid_request_object#object-fapi-alg': pushed(byForeignKey('RS256'), { metadata: FAPI }),

  'invalid_request#pushed-object-too-large': pushed(signing({ extra: 'x'.repeat(10_000) })),
  'request_uri_not_supported#request-uri-pushed': pushed(signing({}), {
    beside: { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
  }),
  'invalid_request#signing-required': async (fixture) =>
    browse((await newSigningApp(fixture, { require_signed_request_object: true })).request().url),
  'invalid_request#signing-required-meanwhile': async (fixture) => {
    const { installation, issuer } = fixture.latchkey;
    const app = await newSigningApp(fixture);
    const { client_id } = app.client;
    const { body } = await app.post('/request', Object.fromEntries(new URL(app.request().url).searchParams));
    await updateClient(client_id, { require_signed_request_object: true }, installation.registration);
    await installation.providerDeps.caches.clients.reload(client_id);
    return browse(`${issuer}/auth?${new URLSearchParams({ client_id, request_uri: String(body.request_uri) })}`);
  },
  'invalid_target#resource-in-object': byValue(signing({ resource: [1] })),
};
