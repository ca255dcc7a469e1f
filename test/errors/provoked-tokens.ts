/** How each cause is brought about for which clients and their codes, refresh tokens and scopes are refused. */
import got, { type OptionsOfTextResponseBody } from 'got';
import { updateClient } from '../../src/domain/clients/change.ts';
import { removeResource } from '../../src/domain/resources/resources.ts';
import { type AssertionClaims, newKeyedApp } from '../protocol/client-assertions.ts';
import { newDpopKey } from '../protocol/dpop-proofs.ts';
import { advance } from '../protocol/time.ts';
import { API, type Fixture, LOGIN, newVisitor, obtainCode, redeem } from '../support/provider-fixture.ts';
import { type App, CALLBACK, codeOf, newVerifier, signIn } from '../support/relying-party.ts';
import { storeClient } from '../support/stored-client.ts';
import type { Provocations, Provoke } from './provoked-requests.ts';
import { leavingAllOut } from './provoked-sign-ins.ts';
import { call, type Told, toldBy } from './told.ts';

type Form = Readonly<Record<string, string>>;

const SERVICE = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [], resources: [API] };
const FOR_ITSELF = { grant_type: 'client_credentials' };
const UNKNOWN_CODE = { grant_type: 'authorization_code', code: 'none', redirect_uri: CALLBACK };

const basic = (id: string, secret?: string): string =>
  `Basic ${Buffer.from(secret === undefined ? id : `${id}:${secret}`).toString('base64')}`;

/** At the token endpoint, with a header of its own. */
const withHeader =
  (header: (app: App) => string, form: Form | ((app: App) => Form) = FOR_ITSELF): Provoke =>
  async ({ newApp, latchkey: { issuer } }) => {
    const app = await newApp(SERVICE);
    const headers = { authorization: header(app) };
    return call(`${issuer}/token`, { method: 'POST', headers, form: typeof form === 'function' ? form(app) : form });
  };

const atToken =
  (options: OptionsOfTextResponseBody): Provoke =>
  ({ latchkey: { issuer } }) =>
    call(`${issuer}/token`, { method: 'POST', ...options });

const asService =
  (form: Form, metadata = {}): Provoke =>
  async ({ newApp }) =>
    toldBy(await (await newApp({ ...SERVICE, ...metadata })).token({ ...FOR_ITSELF, ...form }));

const asserting =
  (claims: () => AssertionClaims, isSignedByOther = false): Provoke =>
  async (fixture) => {
    const keyed = await newKeyedApp(fixture, SERVICE);
    const other = isSignedByOther ? (await newKeyedApp(fixture, SERVICE)).privateKey : undefined;
    return toldBy(await keyed.post('/token', await keyed.assertion(claims(), other), { ...FOR_ITSELF, resource: API }));
  };

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** A client as it was stored before a rule of today. */
const stored =
  (metadata: object): Provoke =>
  async (fixture) =>
    toldBy(await (await storeClient(fixture, { ...SERVICE, ...metadata })).token(FOR_ITSELF));

const NOBODY = 'https://localhost:1/';

/** At an address where nothing listens. */
const atDocument =
  (path: string, times: number): Provoke =>
  async ({ latchkey: { issuer } }) => {
    const ask = () => call(`${issuer}/auth?client_id=${encodeURIComponent(`${NOBODY}${path}`)}`);
    for (let asked = 1; asked < times; asked += 1) await ask();
    return ask();
  };

export const provokedClients: Provocations = {
  'invalid_client#metadata-document-unusable': atDocument('app', 1),
  'invalid_client#metadata-document-tried': atDocument('other', 2),
  'invalid_client#secret-wrong': withHeader(({ client }) => basic(client.client_id, 'wrong')),
  'invalid_client#client-unknown': withHeader(() => basic('nobody', 'wrong')),
  'invalid_client#other-method': async ({ newApp, latchkey: { issuer } }) => {
    const { client_id } = (await newApp(SERVICE)).client;
    return call(`${issuer}/token`, { method: 'POST', form: { ...FOR_ITSELF, client_id } });
  },
  'invalid_client#assertion-signature': asserting(() => ({}), true),
  'invalid_client#assertion-expired': asserting(() => ({ exp: nowSeconds() - 60 })),
  'invalid_client#assertion-too-long': asserting(() => ({ exp: nowSeconds() + 90_000 })),
  'invalid_client#assertion-type': asserting(() => ({ response_type: 'code' })),
  'invalid_client#assertion-reused': async (fixture) => {
    const keyed = await newKeyedApp(fixture, SERVICE);
    const assertion = await keyed.assertion();
    const send = () => keyed.post('/token', assertion, { ...FOR_ITSELF, resource: API });
    await send();
    return toldBy(await send());
  },
  'invalid_client#assertion-audience': asserting(() => ({ aud: 'https://elsewhere.example' })),
  'invalid_client#assertion-audience-list': async (fixture) => {
    const metadata = { fapi_profile: '2.0', token_endpoint_auth_signing_alg: 'ES256', ...SERVICE };
    const keyed = await newKeyedApp(fixture, metadata);
    return toldBy(
      await keyed.post('/token', await keyed.assertion({ aud: [fixture.latchkey.issuer] }), { ...FOR_ITSELF }),
    );
  },
  'invalid_client#no-authentication': atToken({ form: FOR_ITSELF }),
  'invalid_request#grant-type-not-registered': async ({ newApp }) => toldBy(await (await newApp()).token(FOR_ITSELF)),
  'invalid_request#several-authentications': withHeader(
    ({ client }) => basic(client.client_id, client.client_secret),
    ({ client }) => ({ ...FOR_ITSELF, client_secret: client.client_secret }),
  ),
  'invalid_request#client-id-differs': withHeader(({ client }) => basic(client.client_id, client.client_secret), {
    ...FOR_ITSELF,
    client_id: 'somebody',
  }),
  'invalid_request#basic-without-secret': withHeader(({ client }) => basic(client.client_id, '')),
  'invalid_request#header-malformed': withHeader(({ client }) => basic(client.client_id)),
  'invalid_request#basic-not-encoded': withHeader(() => basic('a%zz', 'b')),
  'invalid_request#assertion-malformed': atToken({ form: { ...FOR_ITSELF, client_assertion: 'no token' } }),
  'invalid_request#assertion-type-missing': async (fixture) =>
    withAssertion(fixture, (assertion) => ({ client_assertion: assertion })),
  'invalid_request#assertion-type-unknown': async (fixture) =>
    withAssertion(fixture, (assertion) => ({ client_assertion: assertion, client_assertion_type: 'jwt' })),
  'invalid_request#body-unreadable': atToken({ form: { ...FOR_ITSELF, padding: 'a'.repeat(60_000) } }),
  'invalid_request#body-no-form': atToken({ json: FOR_ITSELF }),
  'invalid_request#origin-not-allowed': async ({ newApp, latchkey: { issuer } }) => {
    const { client_id, client_secret } = (await newApp(SERVICE)).client;
    const headers = { origin: 'https://spa.example.com', authorization: basic(client_id, client_secret) };
    return call(`${issuer}/token`, { method: 'POST', form: FOR_ITSELF, headers });
  },
  'invalid_client_metadata#metadata-not-offered': stored({ userinfo_signed_response_alg: 'RS256' }),
  'invalid_client_metadata#metadata-against-fapi': stored({
    ...{ fapi_profile: '2.0', token_endpoint_auth_method: 'client_secret_basic' },
  }),
  'invalid_client_metadata#metadata-breaks-rule': stored({ refresh_grace_seconds: 600 }),
  'access_denied#address-not-allowed': asService({}, { allowed_ips: ['192.0.2.1'] }),
};

async function withAssertion(fixture: Fixture, form: (assertion: string) => Form): Promise<Told> {
  const keyed = await newKeyedApp(fixture, SERVICE);
  return atToken({ form: { ...FOR_ITSELF, ...form(await keyed.assertion()) } })(fixture);
}

/** The code of a new sign-in, redeemed with these parameters changed. */
const redeeming =
  (
    change: (grant: { readonly code: string; readonly verifier: string }, app: App) => Form,
    parameters: Form = {},
  ): Provoke =>
  async ({ newApp }) => {
    const app = await newApp();
    const { user: _user, ...grant } = await obtainCode(app, parameters);
    return toldBy(await redeem(app, grant, change(grant, app)));
  };

const refreshing =
  (form: Form, parameters: Form = {}): Provoke =>
  async ({ newApp }) => {
    const app = await newApp();
    const { user: _user, ...grant } = await obtainCode(app, parameters);
    const { body } = await redeem(app, grant);
    return toldBy(await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '', ...form }));
  };

/** A refresh of what was allowed at first, and refused at the next sign-in. */
const leavingAllOutAfter =
  (parameters: Form): Provoke =>
  async ({ newApp }) => {
    const app = await newApp();
    const asking = { ...parameters, prompt: 'consent' };
    const { user, ...grant } = await obtainCode(app, asking);
    const { body } = await redeem(app, grant);
    await user.submit(await user.open(app.request(asking).url), 'consent-submit', { scope: [] });
    return toldBy(await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' }));
  };

export const provokedGrants: Provocations = {
  'invalid_grant#code-unknown': async ({ newApp }) =>
    toldBy(await (await newApp()).token({ ...UNKNOWN_CODE, code_verifier: newVerifier().verifier })),
  'invalid_grant#code-used': async ({ newApp }) => {
    const app = await newApp();
    const grant = await obtainCode(app);
    await redeem(app, grant);
    return toldBy(await redeem(app, grant));
  },
  'invalid_grant#code-expired': async ({ newApp }) => {
    const app = await newApp();
    const grant = await obtainCode(app);
    advance(80);
    return toldBy(await redeem(app, grant));
  },
  'invalid_grant#code-of-other-client': async ({ newApp }) =>
    toldBy(await redeem(await newApp(), await obtainCode(await newApp()))),
  'invalid_grant#redirect-uri-differs': redeeming(() => ({ redirect_uri: `${CALLBACK}/` })),
  'invalid_grant#verifier-wrong': redeeming(() => ({ code_verifier: newVerifier().verifier })),
  'invalid_grant#verifier-missing': async ({ newApp }) => {
    const app = await newApp();
    const { code } = await obtainCode(app);
    return toldBy(await app.token({ ...UNKNOWN_CODE, code }));
  },
  'invalid_grant#refresh-unknown': refreshing({ refresh_token: 'none' }),
  'invalid_grant#refresh-reused': async ({ newApp }) => {
    const app = await newApp({ refresh_grace_seconds: 0 });
    const { body } = await redeem(app, await obtainCode(app));
    const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
    await app.token(form);
    return toldBy(await app.token(form));
  },
  'invalid_grant#refresh-differs': async ({ newApp }) => {
    const app = await newApp();
    const { body } = await redeem(app, await obtainCode(app, { scope: 'openid notes:read', resource: API }));
    const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
    await app.token({ ...form, scope: 'openid' });
    return toldBy(await app.token(form));
  },
  'invalid_grant#resource-refused-by-now': leavingAllOutAfter({ scope: 'notes:read', resource: API }),
  'invalid_grant#lasting-access-refused': leavingAllOutAfter({ scope: 'openid offline_access' }),
  'invalid_grant#refresh-of-other-client': async ({ newApp }) => {
    const app = await newApp();
    const { body } = await redeem(app, await obtainCode(app));
    return toldBy(
      await (await newApp()).token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' }),
    );
  },
  'invalid_grant#sign-in-too-weak': async ({ newApp, latchkey: { installation } }) => {
    const app = await newApp();
    const { body } = await redeem(app, await obtainCode(app));
    await updateClient(app.client.client_id, { minimum_acr: 'urn:latchkey:acr:mfa' }, installation.registration);
    return toldBy(await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' }));
  },
  'invalid_grant#key-differs': async ({ newApp, latchkey: { issuer } }) => {
    const app = await newApp();
    const { thumbprint } = await newDpopKey();
    const { code, verifier } = await obtainCode(app, { dpop_jkt: thumbprint });
    const dpop = await (await newDpopKey()).proof({ address: `${issuer}/token` });
    const { client_id: username, client_secret: password } = app.client;
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
    const options = { form, username, password, headers: { dpop }, throwHttpErrors: false };
    return toldBy(await got.post(`${issuer}/token`, options));
  },
  'invalid_grant#proof-missing': asService({ resource: API }, { dpop_bound_access_tokens: true }),
  'invalid_request#verifier-long': redeeming(() => ({ code_verifier: 'v'.repeat(129) })),
  'invalid_request#verifier-short': redeeming(() => ({ code_verifier: 'short' })),
  'unsupported_grant_type#grant-type': async ({ newApp }) =>
    toldBy(await (await newApp()).token({ grant_type: 'password', username: 'ada', password: 'x' })),
  'invalid_scope#scope-not-in-refresh-token': refreshing({ scope: 'openid phone' }),
  'invalid_scope#scopes-not-in-refresh-token': refreshing({ scope: 'openid phone address' }),
  'invalid_scope#scope-without-resource': asService({ scope: 'notes:read' }),
  'invalid_scope#scope-not-of-resource': asService({ scope: 'admin', resource: API }),
  'invalid_target#several-resources-for-itself': async ({ newApp, latchkey: { issuer } }) => {
    const other = 'https://other.example/';
    const { client_id, client_secret } = (await newApp({ ...SERVICE, resources: [API, other] })).client;
    const form = new URLSearchParams([...Object.entries(FOR_ITSELF), ['resource', API], ['resource', other]]);
    return call(`${issuer}/token`, {
      ...{ method: 'POST', body: form.toString() },
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basic(client_id, client_secret),
      },
    });
  },
  'invalid_target#several-resources-granted': async ({ newApp }) => {
    const app = await newApp();
    const { url, verifier } = app.request({ scope: 'notes:read', resource: API });
    const code = codeOf(await signIn(newVisitor(), `${url}&resource=https://other.example/`, LOGIN));
    return toldBy(await redeem(app, { code, verifier }));
  },
  'invalid_target#resource-refused': async ({ newApp }) => {
    const app = await newApp();
    const { page, verifier } = await leavingAllOut(app, { scope: 'openid notes:read', resource: API });
    return toldBy(await redeem(app, { code: codeOf(page), verifier }, { resource: API }));
  },
  'invalid_target#resource-removed': async ({ newApp, latchkey }) => {
    const identifier = 'https://gone.example/';
    await latchkey.createResource({ identifier, scopes: { gone: 'Go' } });
    const app = await newApp();
    const grant = await obtainCode(app, { scope: 'openid gone', resource: identifier });
    await removeResource(identifier, latchkey.installation);
    await latchkey.installation.providerDeps.caches.resources.reload(identifier);
    return toldBy(await redeem(app, grant));
  },
  'invalid_target#resource-granted-otherwise': redeeming(() => ({ resource: API.slice(0, -1) }), { resource: API }),
  'invalid_target#resource-not-granted': redeeming(() => ({ resource: API })),
  'invalid_target#several-resources': async ({ newApp, latchkey: { issuer } }) => {
    const app = await newApp();
    const { code, verifier } = await obtainCode(app, { resource: API });
    const { client_id, client_secret } = app.client;
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
    const body = new URLSearchParams([
      ...Object.entries(form),
      ['resource', API],
      ['resource', 'https://other.example/'],
    ]);
    return call(`${issuer}/token`, {
      ...{ method: 'POST', body: body.toString() },
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basic(client_id, client_secret),
      },
    });
  },
};
