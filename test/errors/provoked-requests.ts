/** How each cause of a faulty authorization request, and of a request object or pushed request, is brought about. */
import { newDpopKey } from '../protocol/dpop-proofs.ts';
import type { Fixture } from '../support/provider-fixture.ts';
import { WEB_APP } from '../support/relying-party.ts';
import { storeClient } from '../support/stored-client.ts';
import { browse, call, type Told, toldBy } from './told.ts';

export type Provoke = (fixture: Fixture) => Promise<Told>;
export type Provocations = Readonly<Record<string, Provoke>>;

type Changes = Readonly<Record<string, string | undefined>>;

/** An ordinary request with these parameters changed; undefined takes one away. */
export async function authorizationRequest({ newApp }: Fixture, changes: Changes, metadata = {}): Promise<string> {
  const url = new URL((await newApp(metadata)).request().url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

export const asking =
  (changes: Changes, metadata = {}): Provoke =>
  async (fixture) =>
    browse(await authorizationRequest(fixture, changes, metadata));

/** Pushed, with a DPoP proof where one is given, and as often as is said. */
export const pushing =
  (changes: Readonly<Record<string, string>>, { hasProof = false, times = 1 } = {}): Provoke =>
  async ({ newApp, latchkey: { issuer } }) => {
    const app = await newApp();
    const { client_id: username, client_secret: password } = app.client;
    const form = Object.fromEntries(new URL(app.request(changes).url).searchParams);
    const headers = hasProof ? { dpop: await (await newDpopKey()).proof({ address: `${issuer}/request` }) } : {};
    const push = () => call(`${issuer}/request`, { method: 'POST', form, username, password, headers });
    for (let sent = 1; sent < times; sent += 1) await push();
    return push();
  };

const deep = `{"userinfo":{"name":${'{"a":'.repeat(20)}1${'}'.repeat(20)}}}`;

const withoutPkce = { code_challenge: undefined, code_challenge_method: undefined };

export const provokedRequests: Provocations = {
  'invalid_request#pkce-missing': asking(withoutPkce),
  'invalid_request#pkce-missing-public': asking(withoutPkce, { token_endpoint_auth_method: 'none' }),
  'invalid_request#pkce-missing-native': asking(withoutPkce, { application_type: 'native' }),
  'invalid_request#pkce-method-missing': asking({ code_challenge_method: undefined }),
  'invalid_request#pkce-method-unknown': asking({ code_challenge_method: 'plain' }),
  'invalid_request#pkce-challenge-missing': asking({ code_challenge: undefined }),
  'invalid_request#pkce-challenge-short': asking({ code_challenge: 'short' }),
  'invalid_request#pkce-challenge-base64': asking({ code_challenge: `${'a'.repeat(42)}=` }),
  'invalid_request#parameter-missing': asking({ redirect_uri: undefined }),
  'invalid_request#parameters-missing': async ({ newApp }) =>
    toldBy(await (await newApp()).token({ grant_type: 'authorization_code' })),
  'invalid_request#parameter-twice': async (fixture) =>
    browse(`${await authorizationRequest(fixture, {})}&scope=openid`),
  'invalid_request#parameters-twice': async (fixture) =>
    browse(`${await authorizationRequest(fixture, {})}&scope=openid&nonce=a&nonce=b`),
  'invalid_request#response-type-not-registered': async (fixture) => {
    const app = await storeClient(fixture, { ...WEB_APP, response_types: [] });
    return browse(app.request().url);
  },
  'invalid_request#response-mode-not-registered': asking({ response_mode: 'fragment' }, { response_modes: ['query'] }),
  'invalid_request#prompt-unknown': asking({ prompt: 'ask_nicely' }),
  'invalid_request#prompt-contradicts': asking({ prompt: 'none login' }),
  'invalid_request#max-age-malformed': asking({ max_age: 'an hour' }),
  'invalid_request#openid-missing': asking({ scope: 'profile', nonce: 'n' }),
  'invalid_request#openid-missing-for-client': asking({ scope: 'profile' }, { default_max_age: 3600 }),
  'invalid_request#request-too-large': asking({ state: 's'.repeat(9000) }),
  'invalid_request#pushed-request-too-large': pushing({ state: 's'.repeat(9000) }),
  'invalid_request#push-required': asking({}, { require_pushed_authorization_requests: true }),
  'invalid_request#pushed-redirect-uri': pushing({ redirect_uri: 'https://app.example.com/other' }),
  'invalid_request#dpop-jkt-differs': pushing({ dpop_jkt: 'a'.repeat(43) }, { hasProof: true }),
  'invalid_request#pushed-proof-reused': pushing({}, { hasProof: true, times: 2 }),
  'invalid_request#claims-malformed': asking({ claims: '{' }),
  'invalid_request#claims-no-object': asking({ claims: '[]' }),
  'invalid_request#claims-empty': asking({ claims: '{}' }),
  'invalid_request#claims-member-no-object': asking({ claims: '{"userinfo":[]}' }),
  'invalid_request#claims-member': asking({ claims: '{"userinfo":{"name":true}}' }),
  'invalid_request#claims-values': asking({ claims: '{"id_token":{"acr":{"essential":true,"values":"x"}}}' }),
  'invalid_request#nested-too-deep': asking({ claims: deep }),
  'invalid_request#hint-invalid': asking({ id_token_hint: 'a.b.c' }),
  'invalid_request_uri#pushed-request-gone': asking({
    request_uri: 'urn:ietf:params:oauth:request_uri:gone',
  }),
  'request_uri_not_supported#request-uri-foreign': asking({ request_uri: 'https://app.example.com/request.jwt' }),
  'registration_not_supported#registration-parameter': asking({ registration: '{}' }),

  'unsupported_response_type#response-type': asking({ response_type: 'token' }),
  'unsupported_response_mode#response-mode': asking({ response_mode: 'pigeon' }),
  'invalid_redirect_uri#redirect-uri-differs': asking({ redirect_uri: 'https://app.example.com/callback/' }),
  'invalid_client#client-unknown-to-browser': asking({ client_id: 'nobody' }),
  'invalid_scope#scope-malformed': asking({ scope: 'openid "profile"' }),
  'invalid_scope#scope-missing': asking({ scope: undefined }),
  'invalid_scope#scope-unknown': asking({ scope: 'notes:read' }),
  'invalid_scope#scope-not-registered': asking({ scope: 'openid profile email' }, { scope: 'openid email' }),
  'invalid_target#resource-unknown': asking({ resource: 'https://nowhere.example/' }),
  'invalid_target#resource-spelled-otherwise': asking({ resource: 'https://api.example.com' }),
  'invalid_target#resource-not-registered': asking(
    { resource: 'https://api.example.com/' },
    { resources: ['https://other.example/'] },
  ),
  'invalid_target#resource-malformed': asking({ resource: 'notes' }),
  'invalid_target#resource-with-fragment': asking({ resource: 'https://api.example.com/#notes' }),
  'unmet_authentication_requirements#level-not-offered': asking({
    claims: '{"id_token":{"acr":{"essential":true,"value":"urn:example:fingerprint"}}}',
  }),

  'login_required#no-session': asking({ prompt: 'none' }),
};
