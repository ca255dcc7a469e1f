/** Names that every object inherits are refused where somebody registers them, and are no fault wherever else they come. */
import test from 'ava';
import got from 'got';
import { createResource } from '../../src/domain/resources/resources.ts';
import { LOGIN, newVisitor, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK, codeOf, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer, logged } = latchkey;

const names = [...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'then'];

function isCalm(): boolean {
  return logged.every(({ level }) => level !== 'error');
}

for (const name of names) {
  test(`${name} is registered neither as a client nor as a scope`, async (t) => {
    const refused = { code: 'client_metadata_invalid' };
    await t.throwsAsync(latchkey.createClient({ ...WEB_APP, client_id: name }), refused);
    const scopes = Object.fromEntries([[name, 'Something']]);
    const identifier = `https://${name.replaceAll('_', '')}.example.com/`;
    const resource = {
      identifier,
      scopes,
      format: 'jwt',
      alg: 'ES256',
      ttlSeconds: 600,
      introspectionClients: [],
    } as const;
    await t.throwsAsync(createResource(resource, latchkey.installation), { code: 'resource_invalid' });
  });

  test(`${name} as a client id is an unknown client at every endpoint`, async (t) => {
    const options = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;
    const user = newVisitor();
    codeOf(await signIn(user, (await newApp()).request().url, LOGIN));
    const query = new URLSearchParams({ client_id: name, redirect_uri: CALLBACK, response_type: 'code' });
    const authorization = await got(`${issuer}/auth?${query}`, { ...options, cookieJar: user.jar });
    t.is(authorization.statusCode, 400);
    t.regex(authorization.body, /invalid_client/);
    t.is((await got(`${issuer}/session/end?${query}`, { ...options, cookieJar: user.jar })).statusCode, 400);
    t.is((await got(`${issuer}/interaction/${name}?${query}`, options)).statusCode, 400);
    for (const path of ['/token', '/request', '/token/introspection', '/token/revocation']) {
      const form = { grant_type: 'client_credentials', token: name };
      const basic = await got.post(`${issuer}${path}`, { ...options, form, username: name, password: name });
      t.is(basic.statusCode, 401, path);
      t.is(JSON.parse(basic.body).error, 'invalid_client', path);
      const open = await got.post(`${issuer}${path}`, { ...options, form: { ...form, client_id: name } });
      t.is(open.statusCode, 401, path);
    }
    t.true(isCalm());
  });

  test(`${name} as a claim of an account is refused, and signs in whoever has it already`, async (t) => {
    const claims = JSON.parse(`{${JSON.stringify(name)}: "x", "locale": "en"}`) as Record<string, unknown>;
    const email = `${name}@example.com`.toLowerCase();
    const create = (wanted: object) => latchkey.createAccount({ email, password: PASSWORD, ...wanted });
    await t.throwsAsync(create({ claims }), { code: 'claims_invalid' });
    const { id } = await create({});
    await latchkey.installation.accounts.update(id, (account) => ({ ...account, claims }));
    const app = await newApp();
    const asked = JSON.stringify({ userinfo: claims, id_token: claims }).replaceAll(/"(x|en)"/g, 'null');
    for (const request of [{}, { claims: asked }]) {
      const { url, verifier } = app.request({ ...request, prompt: 'consent' });
      const code = codeOf(await signIn(newVisitor(), url, email));
      const { statusCode, body } = await redeem(app, { code, verifier });
      t.is(statusCode, 200);
      const headers = { authorization: `Bearer ${body.access_token}` };
      t.like(await got(`${issuer}/me`, { headers }).json(), { sub: id, locale: 'en' });
    }
    t.true(isCalm());
  });

  test(`${name} as a value, a name or an address is no fault`, async (t) => {
    const options = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;
    const app = await newApp();
    const parameters = [
      ...[
        'scope',
        'resource',
        'prompt',
        'response_type',
        'response_mode',
        'acr_values',
        'ui_locales',
        'max_age',
        'nonce',
      ],
      ...[
        'claims',
        'login_hint',
        'id_token_hint',
        'request',
        'request_uri',
        'code_challenge_method',
        'state',
        'dpop_jkt',
      ],
    ].map((parameter) => ({ [parameter]: name }));
    const claims = JSON.stringify({
      id_token: Object.fromEntries([[name, null]]),
      userinfo: Object.fromEntries([[name, {}]]),
    });
    for (const more of [...parameters, { claims }, Object.fromEntries([[name, name]]) as Record<string, string>]) {
      const { statusCode } = await got(app.request(more).url, options);
      t.true(statusCode < 500, JSON.stringify(more));
      const pushed = await app.post('/request', Object.fromEntries(new URL(app.request(more).url).searchParams));
      t.true(pushed.statusCode < 500, JSON.stringify(more));
    }
    for (const form of ['grant_type', 'code', 'refresh_token', 'scope', 'resource', name].map((parameter) =>
      Object.fromEntries([
        ['grant_type', 'refresh_token'],
        [parameter, name],
      ]),
    ))
      t.true((await app.token(form)).statusCode < 500, JSON.stringify(form));
    const headers = { 'accept-language': name, accept: name, cookie: `${name}=${name}`, 'content-type': name };
    for (const path of [`/${name}`, `/assets/${name}`, `/auth/${name}`, `/?${name}=${name}`, `/.well-known/${name}`])
      t.true((await got(`${issuer}${path}`, { ...options, headers })).statusCode < 500, path);
    const page = await newVisitor().open(app.request({ ui_locales: name }).url);
    const posted = await newVisitor().submit(page, 'login-submit', { login: name, password: PASSWORD, [name]: name });
    t.true(posted.status < 500);
    t.true(isCalm());
  });
}
