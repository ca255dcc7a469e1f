/** How each cause is brought about at userinfo, by DPoP proofs, at an API, and by a service that cannot answer. */
import got from 'got';
import { addressRanges } from '../../src/domain/throttle/address-ranges.ts';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { AccessTokenError } from '../../src/resource-server/access-token-error.ts';
import { type AccessTokenErrorReason, TokenFault } from '../../src/resource-server/token-fault.ts';
import { StorageUnavailable } from '../../src/storage/driver.ts';
import { type DpopKey, newDpopKey, type ProofWishes } from '../protocol/dpop-proofs.ts';
import { API, type Fixture, newVisitor, obtainCode, redeem } from '../support/provider-fixture.ts';
import type { FailingStorage } from './failing-storage.ts';
import type { Provocations, Provoke } from './provoked-requests.ts';
import { browse, call, toldBy } from './told.ts';

export const OPAQUE_API = 'https://opaque.example/';

type Headers = Readonly<Record<string, string>>;
type Form = Readonly<Record<string, string>>;

async function accessToken({ newApp }: Fixture, parameters: Form = {}): Promise<string> {
  const app = await newApp();
  const { resource } = parameters;
  const grant = await obtainCode(app, parameters);
  return (await redeem(app, grant, resource === undefined ? {} : { resource })).body.access_token;
}

const atUserinfo =
  (headersOf: (token: string) => Headers | Promise<Headers>, parameters: Form = {}, query = ''): Provoke =>
  async (fixture) =>
    call(`${fixture.latchkey.issuer}/me${query}`, { headers: await headersOf(await accessToken(fixture, parameters)) });

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

export const provokedUserinfo: Provocations = {
  'invalid_request#userinfo-scope': atUserinfo(bearer, { scope: 'openid' }, '?scope=%22'),
  'invalid_request#token-in-query': atUserinfo(() => ({}), {}, '?access_token=x'),
  'invalid_request#token-twice': async (fixture) => {
    const token = await accessToken(fixture);
    const options = { method: 'POST', headers: bearer(token), form: { access_token: token } } as const;
    return call(`${fixture.latchkey.issuer}/me`, options);
  },
  'invalid_request#scheme-unknown': atUserinfo((token) => ({ authorization: `Basic ${token}` })),
  'invalid_request#scheme-no-dpop': atUserinfo((token) => ({ ...bearer(token), dpop: 'a.b.c' })),
  'invalid_request#proof-missing': atUserinfo((token) => ({ authorization: `DPoP ${token}` })),
  'invalid_token#token-missing': atUserinfo(() => ({})),
  'invalid_token#token-unknown': atUserinfo(() => bearer('unknown')),
  'invalid_token#token-for-api': atUserinfo(bearer, { scope: 'openid notes:read', resource: API }),
  'invalid_token#session-ended': async ({ newApp, latchkey: { issuer } }) => {
    const app = await newApp();
    const { user, ...grant } = await obtainCode(app);
    const { body } = await redeem(app, grant);
    await user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm');
    return call(`${issuer}/me`, { headers: bearer(body.access_token) });
  },
  'invalid_token#token-key-differs': async (fixture) => {
    const address = `${fixture.latchkey.issuer}/me`;
    const token = await accessToken(fixture);
    const proof = await (await newDpopKey()).proof({ address, method: 'GET', accessToken: token });
    return call(address, { headers: { authorization: `DPoP ${token}`, dpop: proof } });
  },
  'insufficient_scope#openid-missing': atUserinfo(bearer, { scope: 'profile' }),
  'insufficient_scope#token-for-api': atUserinfo(bearer, { scope: 'openid things:do', resource: OPAQUE_API }),
  'insufficient_scope#scope-missing': atUserinfo(bearer, { scope: 'openid' }, '?scope=phone'),
};

/** A service that asks for a token with a proof. */
const proving =
  (make: (key: DpopKey, address: string) => Promise<string>, times = 1): Provoke =>
  async ({ newApp, latchkey: { issuer } }) => {
    const metadata = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [], resources: [API] };
    const { client_id: username, client_secret: password } = (await newApp(metadata)).client;
    const dpop = await make(await newDpopKey(), `${issuer}/token`);
    const form = { grant_type: 'client_credentials', resource: API };
    const send = () =>
      got.post(`${issuer}/token`, { form, username, password, headers: { dpop }, throwHttpErrors: false });
    for (let sent = 1; sent < times; sent += 1) await send();
    return toldBy(await send());
  };

const proof =
  (changes: Partial<ProofWishes>): ((key: DpopKey, address: string) => Promise<string>) =>
  (key, address) =>
    key.proof({ address, ...changes });

export const provokedProofs: Provocations = {
  'invalid_dpop_proof#proof-malformed': proving(async () => 'a.b.c'),
  'invalid_dpop_proof#proof-without-time': proving(proof({ claims: { iat: undefined } })),
  'invalid_dpop_proof#proof-without-id': proving(proof({ claims: { jti: undefined } })),
  'invalid_dpop_proof#proof-nonce-type': proving(proof({ claims: { nonce: 1 } })),
  'invalid_dpop_proof#proof-method': proving(proof({ method: 'GET' })),
  'invalid_dpop_proof#proof-address': proving(proof({ claims: { htu: 'https://elsewhere.example/token' } })),
  'invalid_dpop_proof#proof-token': async (fixture) => {
    const address = `${fixture.latchkey.issuer}/me`;
    const token = await accessToken(fixture);
    const dpop = await (await newDpopKey()).proof({ address, method: 'GET', accessToken: 'another' });
    return call(address, { headers: { authorization: `DPoP ${token}`, dpop } });
  },
  'invalid_grant#proof-reused': proving(proof({}), 2),
  'use_dpop_nonce#clock-differs': proving(proof({ claims: { iat: 1_000_000_000 } })),
  'use_dpop_nonce#nonce-old': proving(proof({ claims: { nonce: 'old' } })),
};

/** What `@latchkey/resource-server` makes an API say; it names no page, for its issuer need not be ours. */
export const saidByApis: Readonly<Record<string, AccessTokenErrorReason>> = {
  'invalid_request#api-several-tokens': 'several_credentials',
  'invalid_request#api-header-malformed': 'malformed_header',
  'invalid_token#api-not-a-jwt': 'not_a_jwt',
  'invalid_token#api-not-trusted': 'not_trusted',
  'invalid_token#api-wrong-type': 'wrong_type',
  'invalid_token#api-wrong-issuer': 'wrong_issuer',
  'invalid_token#api-wrong-audience': 'wrong_audience',
  'invalid_token#api-expired': 'expired',
  'invalid_token#api-not-yet-valid': 'not_yet_valid',
  'invalid_token#api-claims-incomplete': 'claims_incomplete',
  'invalid_token#api-sender-constrained': 'sender_constrained',
  'insufficient_scope#api-scope-missing': 'scope_missing',
  'insufficient_user_authentication#api-level-too-low': 'level_too_low',
  'insufficient_user_authentication#api-sign-in-too-old': 'sign_in_too_old',
};

export function saidByApi(reason: AccessTokenErrorReason) {
  const { body } = new AccessTokenError(new TokenFault(reason), { realm: API, scopes: [] });
  return toldBy({ headers: {}, body });
}

const unreachable = () => new StorageUnavailable(new Error('taken away by a test'));

export const provokedFaults = (storage: FailingStorage): Provocations => ({
  'temporarily_unavailable#database-unreachable': async ({ newApp }) => {
    const app = await newApp();
    return storage.during(unreachable(), async () => toldBy(await app.token({ grant_type: 'client_credentials' })));
  },
  'temporarily_unavailable#too-many-requests': async ({ newApp, latchkey: { installation } }) => {
    const address = '192.0.2.77';
    const { url } = (await newApp()).request();
    await installation.budgets.take('visits', addressRanges(address).address, budgets.visits.limit);
    return call(url, { headers: { accept: 'application/json', 'x-forwarded-for': address } });
  },
  'temporarily_unavailable#too-many-documents': async ({ latchkey: { issuer, installation } }) => {
    const address = '192.0.2.78';
    await installation.budgets.take('documentFetches', addressRanges(address).address, budgets.documentFetches.limit);
    const form = { grant_type: 'client_credentials', client_id: 'https://localhost:1/another' };
    return call(`${issuer}/token`, { method: 'POST', form, headers: { 'x-forwarded-for': address } });
  },
  'temporarily_unavailable#metadata-document-unreachable': ({ latchkey: { issuer } }) =>
    // Nothing listens there.
    call(`${issuer}/token`, {
      method: 'POST',
      form: { grant_type: 'refresh_token', client_id: 'https://localhost:1/unreachable' },
    }),
  'temporarily_unavailable#too-many-failures': async ({ newApp, latchkey: { issuer } }) => {
    const { client_id: username } = (await newApp()).client;
    const form = { grant_type: 'client_credentials' };
    const options = { form, username, password: 'wrong', throwHttpErrors: false } as const;
    for (let failed = 0; failed < budgets.clientFailures.limit; failed += 1) await got.post(`${issuer}/token`, options);
    return toldBy(await got.post(`${issuer}/token`, options));
  },
  'server_error#fault-in-flow': async ({ newApp }) => {
    const { url } = (await newApp()).request();
    return storage.during(new Error('a fault'), () => browse(url));
  },
  'server_error#fault-on-page': async ({ newApp }) => {
    const user = newVisitor();
    const { url } = await user.open((await newApp()).request().url);
    return storage.during(new Error('a fault'), () => browse(url, user));
  },
});
