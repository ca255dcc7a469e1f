/** An ID token names its user and its app long after the app asked for another algorithm; nothing else that is signed does. */
import { createPublicKey, randomUUID } from 'node:crypto';
import test from 'ava';
import got from 'got';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { updateClient } from '../../src/domain/clients/change.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { loadSigningKeys } from '../../src/provider/signing-keys.ts';
import { signingAlgorithms } from '../../src/storage/records/keys.ts';
import { ManualClock } from '../support/clock.ts';
import { API, LOGIN, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { signIn } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp, requestObject, type SigningApp } from '../support/request-doors.ts';
import type { User } from '../support/user.ts';
import { ASSERTION_TYPE } from './client-assertions.ts';
import { startOutside } from './outside.ts';

const AFTER = 'https://app.example.com/signed-out';
const PLAIN_API = 'https://plain.example.com/';
const app = await startOutside((_call, response) => response.writeHead(200).end());
const clock = new ManualClock();
const fixture = await sharedProvider({
  clock,
  environment: { OUTBOUND_ALLOW_PRIVATE: app.origin },
  resources: [{ identifier: PLAIN_API, scopes: { 'plain:do': 'Do it' }, alg: 'RS256', tokenType: 'JWT' }],
});
test.after.always(app.stop);
const { issuer, installation } = fixture.latchkey;

type Metadata = Readonly<Record<string, unknown>>;

interface SignedIn {
  readonly app: SigningApp;
  readonly user: User;
  readonly hint: string;
}

async function signedIn(metadata: Metadata): Promise<SignedIn> {
  const made = await newSigningApp(fixture, { post_logout_redirect_uris: [AFTER], ...metadata });
  const { user, ...grant } = await obtainCode(made, { user: newVisitor({ stopAt: 'https://app.example.com/' }) });
  return { app: made, user, hint: String((await redeem(made, grant)).body.id_token) };
}

const change = ({ app: { client } }: SignedIn, patch: Metadata) =>
  updateClient(client.client_id, { ...patch }, installation.registration);

/** The sign-out page, asked for by each method. */
const signOuts: Readonly<
  Record<string, (user: User, form: Readonly<Record<string, string>>) => ReturnType<User['open']>>
> = {
  GET: (user, form) => user.open(`${issuer}/session/end?${new URLSearchParams(form)}`),
  async POST(user, form) {
    const { headers } = await got.post(`${issuer}/session/end`, { form, followRedirect: false });
    return user.open(String(headers.location));
  },
};

const FAPI = 'FAPI 2.0';
/** Those whose app has moved on since they signed in. */
const moved = new Map<string, SignedIn>();
let ours: readonly JWK[] = [];
let judged: SignedIn;

test.before(async () => {
  const fapi = {
    fapi_profile: '2.0',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
  };
  for (const before of signingAlgorithms) {
    for (const after of [...signingAlgorithms, FAPI]) {
      const visit = await signedIn({ id_token_signed_response_alg: before });
      moved.set(`${before} ${after}`, visit);
      await change(
        visit,
        after === FAPI ? { ...fapi, id_token_signed_response_alg: 'PS256' } : { id_token_signed_response_alg: after },
      );
    }
  }
  ours = (await loadSigningKeys(installation.keys, systemClock)).keys;
  judged = await signedIn({
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    resources: [API, PLAIN_API],
    backchannel_logout_uri: `${app.origin}/told`,
  });
  // Now the changes are seen.
  clock.advance(30);
});

function movedFrom(before: string, after: string): SignedIn {
  const visit = moved.get(`${before} ${after}`);
  if (visit === undefined) throw new Error(`nobody moved from ${before} to ${after}`);
  return visit;
}

async function leadsBack({ user, hint }: SignedIn, method: string): Promise<string> {
  const page = await signOuts[method]?.(user, { id_token_hint: hint, post_logout_redirect_uri: AFTER });
  if (page === undefined || page.status !== 200) throw new Error(`${method}: ${page?.status} ${page?.body}`);
  return (await user.submit(page, 'logout-confirm')).url;
}

for (const [before, after] of signingAlgorithms.flatMap((one) =>
  signingAlgorithms.map((other) => [one, other] as const),
)) {
  test(`an ID token by ${before} is a hint when the app has moved to ${after}`, async (t) => {
    const visit = movedFrom(before, after);
    t.is(decodeProtectedHeader(visit.hint).alg, before);
    for (const door of Object.keys(doors)) {
      const request = { prompt: 'none', id_token_hint: visit.hint };
      const { page, verifier } = await comeIn(fixture, { door, ...visit }, request);
      const { code = '' } = toldApp(page);
      const { body } = await redeem(visit.app, { code, verifier });
      t.is(decodeProtectedHeader(String(body.id_token)).alg, after, door);
    }
    for (const method of Object.keys(signOuts)) {
      t.is(await leadsBack(visit, method), AFTER, method);
      await signIn(visit.user, visit.app.request().url, LOGIN);
    }
  });
}

for (const before of signingAlgorithms) {
  test(`an ID token by ${before} is a hint when the app has moved to ${FAPI}`, async (t) => {
    const visit = movedFrom(before, FAPI);
    const { client, privateKey } = visit.app;
    const { client_id: id } = client;
    const { searchParams } = new URL(visit.app.request({ prompt: 'none', id_token_hint: visit.hint }).url);
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: id, sub: id, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60 };
    const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
    const form = {
      ...Object.fromEntries(searchParams),
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    };
    const { request_uri } = await got.post(`${issuer}/request`, { form }).json<{ request_uri: string }>();
    const page = await visit.user.open(`${issuer}/auth?${new URLSearchParams({ client_id: id, request_uri })}`);
    t.truthy(toldApp(page).code);
    const asked = { id_token_hint: visit.hint, post_logout_redirect_uri: AFTER };
    t.is((await signOuts.GET?.(visit.user, asked))?.status, 200);
    t.is(await leadsBack(visit, 'POST'), AFTER);
  });
}

/** By a key of ours. */
async function signedByUs(claims: JWTPayload, alg: string, header: Metadata = {}): Promise<string> {
  const key = ours.find((each) => each.alg === alg) ?? {};
  const protectedHeader = { alg, kid: String(key.kid), ...header };
  return new SignJWT(claims)
    .setProtectedHeader(protectedHeader)
    .sign(await importJWK({ ...key, alg: protectedHeader.alg }));
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What is no ID token of this app, made when its user is signed in. */
const noHints: Readonly<Record<string, (visit: SignedIn) => Promise<string>>> = {
  'that of another app': async () => (await signedIn({})).hint,
  async 'one whose user was changed'({ hint }) {
    const [header, , signature] = hint.split('.');
    return `${header}.${encoded({ ...decodeJwt(hint), sub: 'somebody' })}.${signature}`;
  },
  async 'one that is not signed'({ hint }) {
    return `${encoded({ alg: 'none' })}.${hint.split('.')[1]}.`;
  },
  async 'one of another issuer'({ hint }) {
    return signedByUs({ ...decodeJwt(hint), iss: 'https://other.example' }, 'RS256');
  },
  async 'one for two apps that are others'({ hint }) {
    return signedByUs({ ...decodeJwt(hint), aud: ['a', 'b'] }, 'RS256');
  },
  async 'one without a user'({ hint }) {
    const { sub: _sub, ...claims } = decodeJwt(hint);
    return signedByUs(claims, 'ES256');
  },
  async 'one by a key that nobody knows'({ hint }) {
    const { privateKey } = await generateKeyPair('RS256');
    return new SignJWT(decodeJwt(hint))
      .setProtectedHeader({ ...decodeProtectedHeader(hint), alg: 'RS256' })
      .sign(privateKey);
  },
  async 'one by the key of RS256 that says PS256'({ hint }) {
    const key = ours.find(({ alg }) => alg === 'RS256') ?? {};
    return new SignJWT(decodeJwt(hint))
      .setProtectedHeader({ alg: 'PS256', kid: String(key.kid) })
      .sign(await importJWK({ ...key, alg: 'PS256' }));
  },
  async 'one by RS512'({ hint }) {
    const key = ours.find(({ alg }) => alg === 'RS256') ?? {};
    return new SignJWT(decodeJwt(hint))
      .setProtectedHeader({ alg: 'RS512', kid: String(key.kid) })
      .sign(await importJWK({ ...key, alg: 'RS512' }));
  },
  async 'one by HS256 with a public key'({ hint }) {
    const { n, e, kty, kid } = ours.find(({ alg }) => alg === 'RS256') ?? {};
    const pem = createPublicKey({ key: { n, e, kty } as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    return new SignJWT(decodeJwt(hint)).setProtectedHeader({ alg: 'HS256', kid: String(kid) }).sign(Buffer.from(pem));
  },
  async 'one by HS256 with the secret of the app'({ app: { client }, hint }) {
    return new SignJWT(decodeJwt(hint))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(String(client.client_secret)));
  },
  'an access token': async (visit) => tokenFor(visit, API),
  'an access token of the type JWT': async (visit) => tokenFor(visit, PLAIN_API),
  'an access token for userinfo': async (visit) => tokenFor(visit, undefined),
  'an access token that the app has got for itself': async ({ app: { token } }) =>
    (await token({ grant_type: 'client_credentials', resource: API, scope: 'notes:read' })).body.access_token,
  async 'a logout token'({ app: made }) {
    const { user } = await obtainCode(made);
    const earlier = app.calls.length;
    await user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm');
    const tokens = app.calls.slice(earlier).map(({ body }) => String(new URLSearchParams(body).get('logout_token')));
    return String(tokens.find((token) => decodeJwt(token).aud === made.client.client_id));
  },
  async 'a signed answer'({ app: made, user }) {
    const { url } = await user.open(made.request({ prompt: 'none', response_mode: 'jwt' }).url);
    return String(new URL(url).searchParams.get('response'));
  },
  'a request object': ({ app: made }) =>
    requestObject(issuer, made, { sub: 'somebody', iss: issuer, aud: made.client.client_id }),
};

async function tokenFor({ app: made, user }: SignedIn, resource: string | undefined): Promise<string> {
  const scope = 'openid notes:read plain:do';
  const grant = await obtainCode(made, { user, scope, ...(resource && { resource }) });
  return (await redeem(made, grant)).body.access_token;
}

// What says by its type that it is something else, with all the claims of an ID token of this app.
for (const typ of [
  'at+jwt',
  'AT+JWT',
  'application/at+jwt',
  'JWT',
  'jwt',
  'logout+jwt',
  'token-introspection+jwt',
  '',
]) {
  for (const alg of typ === 'at+jwt' || typ === 'JWT' ? signingAlgorithms : (['ES256'] as const))
    (noHints as Record<string, (visit: SignedIn) => Promise<string>>)[`one of the type "${typ}" by ${alg}`] = ({
      hint,
    }) => signedByUs(decodeJwt(hint), alg, { typ });
}

async function answers(hint: string): Promise<readonly string[]> {
  const { user } = judged;
  const told: string[] = [];
  for (const door of ['plain', 'posted']) {
    const { page } = await comeIn(fixture, { door, ...judged }, { prompt: 'none', id_token_hint: hint });
    const { code, error } = toldApp(page);
    told.push(`${door}: ${code === undefined ? error : 'code'}`);
  }
  // Alone, that of another app is this app's: it ends no session before the user says so.
  const form = { id_token_hint: hint, client_id: judged.app.client.client_id };
  for (const [method, ask] of Object.entries(signOuts)) told.push(`${method}: ${(await ask(user, form)).status}`);
  return told;
}

test.serial('what is signed right in everything shows that the others fail by what they say', async (t) => {
  for (const alg of signingAlgorithms) {
    const hint = await signedByUs(decodeJwt(judged.hint), alg);
    t.deepEqual(await answers(hint), ['plain: code', 'posted: code', 'GET: 200', 'POST: 200'], alg);
  }
});

for (const [what, make] of Object.entries(noHints)) {
  test.serial(`${what} is no hint`, async (t) => {
    const hint = await make(judged);
    t.deepEqual(await answers(hint), ['plain: invalid_request', 'posted: invalid_request', 'GET: 400', 'POST: 400']);
  });
}
