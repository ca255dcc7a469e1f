/** Token requests that name no resource: for the one that was granted, or for userinfo (RFC 8707 2.2). */
import test from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { removeResource, updateResource } from '../../src/domain/resources/resources.ts';
import { API, LOGIN, newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { type App, codeOf, signIn, type TokenAnswer } from '../support/relying-party.ts';
import { newDpopKey } from './dpop-proofs.ts';

const OPAQUE = 'urn:example:opaque';
const { latchkey, account, newApp } = await sharedProvider({
  resources: [{ identifier: OPAQUE, scopes: { 'things:do': 'Do things' }, format: 'opaque' }],
});
const { issuer, installation } = latchkey;
const ASKED = { scope: 'openid email notes:read notes:write', resource: API };
const everyConsent: readonly object[] = [{}, { first_party: true }];

async function userinfo(token: string) {
  const headers = { authorization: `Bearer ${token}` };
  return got<Record<string, unknown>>(`${issuer}/me`, { headers, throwHttpErrors: false, responseType: 'json' });
}

const refresh = (app: App, { refresh_token: token }: TokenAnswer, form: Readonly<Record<string, string>> = {}) =>
  app.token({ grant_type: 'refresh_token', refresh_token: token ?? '', ...form });

async function signedIn(metadata: object = {}, asked: Readonly<Record<string, string>> = ASKED) {
  const app = await newApp({ ...metadata });
  const { statusCode, body } = await redeem(app, await obtainCode(app, asked));
  return { app, statusCode, body };
}

for (const metadata of everyConsent) {
  const who = JSON.stringify(metadata);

  test(`one granted resource: the code and the refresh are for it, with the claims in the ID token (${who})`, async (t) => {
    const { app, body } = await signedIn(metadata);
    for (const tokens of [body, (await refresh(app, body)).body]) {
      t.like(decodeJwt(tokens.access_token), { aud: API, scope: 'notes:read notes:write' });
      t.is(tokens.scope, 'notes:read notes:write');
      t.is(decodeJwt(String(tokens.id_token)).email, LOGIN);
    }
  });

  for (const scope of ['openid', 'openid email', 'email openid', ' openid   email ', 'email', 'openid openid']) {
    test(`a refresh for "${scope.replaceAll(' ', '_')}" is for userinfo (${who})`, async (t) => {
      const { app, body } = await signedIn(metadata);
      const { body: tokens } = await refresh(app, body, { scope });
      const answer = await userinfo(tokens.access_token);
      t.is(answer.statusCode, 200);
      t.deepEqual([answer.body.sub, answer.body.email], [account.id, scope.includes('email') ? LOGIN : undefined]);
      t.is(decodeJwt((await refresh(app, tokens)).body.access_token).aud, API);
    });
  }

  test(`a client that says so gets tokens for userinfo, and for the API where it names it (${who})`, async (t) => {
    const { app, body } = await signedIn({ ...metadata, use_granted_resource: false });
    t.is((await userinfo(body.access_token)).body.email, LOGIN);
    t.is(decodeJwt(String(body.id_token)).email, undefined);
    const { body: tokens } = await refresh(app, body);
    t.is((await userinfo(tokens.access_token)).statusCode, 200);
    t.is(decodeJwt((await refresh(app, tokens, { resource: API })).body.access_token).aud, API);
  });
}

test('a refresh for a scope of the resource, beside others or alone, is for the resource', async (t) => {
  for (const scope of ['openid notes:read', 'notes:read', 'email notes:read']) {
    const { app, body } = await signedIn();
    const { body: tokens } = await refresh(app, body, { scope });
    t.like(decodeJwt(tokens.access_token), { aud: API, scope: 'notes:read' });
  }
});

test('true is what nothing means, and nothing else is taken', async (t) => {
  t.is(decodeJwt((await signedIn({ use_granted_resource: true })).body.access_token).aud, API);
  for (const wrong of ['false', 0, null, [], {}])
    await t.throwsAsync(newApp({ use_granted_resource: wrong }), { code: 'client_metadata_invalid' });
});

test('of several granted resources one has to be named, unless it is for userinfo', async (t) => {
  const obtain = async (app: App, scope: string) => {
    const { url, verifier } = app.request({ scope, resource: API });
    return { code: codeOf(await signIn(newVisitor(), `${url}&resource=${OPAQUE}`, LOGIN)), verifier };
  };
  const app = await newApp();
  const { body } = await redeem(app, await obtain(app, 'openid notes:read things:do'));
  t.is((await userinfo(body.access_token)).statusCode, 200);
  t.is((await userinfo((await refresh(app, body)).body.access_token)).statusCode, 200);
  const refused = await redeem(app, await obtain(app, 'notes:read things:do'));
  t.is(refused.statusCode, 400);
  t.is(refused.body.error, 'invalid_target');
  t.regex(String(refused.body.error_description), /several resources.*parameter resource/);
});

test('userinfo says to whoever brings a token for an API how to get one for it', async (t) => {
  const jwt = (await signedIn()).body.access_token;
  const opaque = (await signedIn({}, { scope: 'openid things:do', resource: OPAQUE })).body.access_token;
  t.false(opaque.includes('.'));
  for (const token of [jwt, opaque]) {
    for (const sent of [{ headers: { authorization: `Bearer ${token}` } }, { form: { access_token: token } }]) {
      const method = 'form' in sent ? 'POST' : 'GET';
      const { statusCode, body, headers } = await got<Record<string, string>>(`${issuer}/me`, {
        ...{ ...sent, method, throwHttpErrors: false, responseType: 'json' },
      });
      t.true(statusCode === 401 || statusCode === 403);
      t.true(body.error === 'invalid_token' || body.error === 'insufficient_scope');
      t.regex(String(body.error_description), /a refresh whose scope .*openid/);
      t.true(String(headers['www-authenticate']).includes(`error_description="${body.error_description}"`));
    }
  }
});

test('to any other token userinfo says nothing of that', async (t) => {
  const { body } = await signedIn();
  const foreign = `${Buffer.from('{}').toString('base64url')}.${Buffer.from('{"iss":"https://x.example"}').toString('base64url')}.x`;
  for (const token of [String(body.id_token), String(body.refresh_token), 'nonsense', 'a.b.c', foreign])
    t.notRegex(String((await userinfo(token)).body.error_description), /refresh whose scope/);
});

test('a resource that was removed since is invalid_target; userinfo still answers', async (t) => {
  const identifier = 'https://gone.example.com/';
  await latchkey.createResource({ identifier, scopes: { gone: 'Go' } });
  const asked = { scope: 'openid gone', resource: identifier };
  const [{ app, body }, other] = [await signedIn({}, asked), await newApp()];
  const grant = await obtainCode(other, asked);
  await removeResource(identifier, installation);
  await installation.providerDeps.caches.resources.reload(identifier);
  t.is((await redeem(other, grant)).body.error, 'invalid_target');
  const { body: tokens } = await refresh(app, body, { scope: 'openid' });
  t.is((await userinfo(tokens.access_token)).statusCode, 200);
  t.is((await refresh(app, tokens)).body.error, 'invalid_target');
});

test('a resource whose tokens are opaque by now gives opaque ones', async (t) => {
  const identifier = 'https://changing.example.com/';
  await latchkey.createResource({ identifier, scopes: { 'a:b': 'Do' } });
  const { app, body } = await signedIn({}, { scope: 'openid a:b', resource: identifier });
  t.is(decodeJwt(body.access_token).aud, identifier);
  await updateResource(identifier, { format: 'opaque' }, installation);
  await installation.providerDeps.caches.resources.reload(identifier);
  const { body: tokens } = await refresh(app, body);
  t.false(tokens.access_token.includes('.'));
  t.is(tokens.scope, 'a:b');
});

/** How the same is asked for once more, and what is something else. */
const retries: readonly (readonly [first: object, retry: object, isSame: boolean])[] = [
  [{}, {}, true],
  [{}, { resource: API }, true],
  [{ resource: API }, {}, true],
  [{ scope: 'openid email' }, { scope: 'email  openid' }, true],
  [{ scope: 'email' }, { scope: 'openid email' }, true],
  [{ scope: 'notes:read' }, { scope: 'notes:read', resource: API }, true],
  [{}, { scope: 'openid' }, false],
  [{ scope: 'openid' }, { scope: 'openid', resource: API }, false],
  [{ scope: 'openid' }, {}, false],
  [{ scope: 'notes:read' }, { scope: 'notes:write' }, false],
];

for (const [first, retry, isSame] of retries) {
  test(`${JSON.stringify(retry)} ${isSame ? 'retries' : 'does not retry'} ${JSON.stringify(first)}`, async (t) => {
    const { app, body } = await signedIn();
    const answer = await refresh(app, body, { ...first });
    t.is(answer.statusCode, 200);
    const again = await refresh(app, body, { ...retry });
    if (isSame) t.deepEqual(again.body, answer.body);
    else t.is(again.body.error, 'invalid_grant');
    t.is((await refresh(app, answer.body)).statusCode, 200);
  });
}

test('a retry after the client was told otherwise is not answered with what it asked for before', async (t) => {
  const { app, body } = await signedIn();
  await refresh(app, body);
  await installation.clients.update(String(app.client.client_id), (client) => ({
    ...client,
    metadata: { ...client.metadata, use_granted_resource: false },
  }));
  t.is((await refresh(app, body)).body.error, 'invalid_grant');
});

test('tokens for the granted resource are bound to the DPoP key too', async (t) => {
  const app = await newApp();
  const key = await newDpopKey();
  const { code, verifier } = await obtainCode(app, ASKED);
  const proof = await key.proof({ address: `${issuer}/token` });
  const { body } = await got.post<TokenAnswer>(`${issuer}/token`, {
    form: {
      grant_type: 'authorization_code',
      ...{ code, code_verifier: verifier, redirect_uri: 'https://app.example.com/callback' },
    },
    username: encodeURIComponent(app.client.client_id),
    password: encodeURIComponent(app.client.client_secret),
    headers: { dpop: proof },
    responseType: 'json',
  });
  t.is(body.token_type, 'DPoP');
  t.like(decodeJwt(body.access_token), { aud: API });
  t.truthy((decodeJwt(body.access_token).cnf as { jkt?: string }).jkt);
});
