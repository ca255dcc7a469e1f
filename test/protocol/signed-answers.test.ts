/** Answers as signed JWTs (JARM): code or error, state and issuer, for the app that asked, by a key that is published. */
import test from 'ava';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { LOGIN, newVisitor, redeem, sharedProvider, textOf } from '../support/provider-fixture.ts';
import { type App, CALLBACK, signIn } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp } from '../support/request-doors.ts';
import type { Page } from '../support/user.ts';

const fixture = await sharedProvider();
const { newApp, latchkey } = fixture;
const { issuer } = latchkey;
const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));

/** Where the one parameter `response` is, for each mode. */
const modes: Readonly<Record<string, (page: Page) => URLSearchParams>> = {
  jwt: ({ url }) => new URL(url).searchParams,
  'query.jwt': ({ url }) => new URL(url).searchParams,
  'fragment.jwt': ({ url }) => new URLSearchParams(new URL(url).hash.slice(1)),
  'form_post.jwt': ({ body }) => {
    const [, name = '', value = ''] = /<input type="hidden" name="(\w+)" value="([^"]*)"/.exec(body) ?? [];
    return new URLSearchParams({ [name]: value });
  },
};

async function answerIn(page: Page, mode: string, app: App, alg = 'RS256') {
  const fields = [...(modes[mode]?.(page) ?? [])];
  const [[name, response = ''] = ['', '']] = fields;
  if (fields.length !== 1 || name !== 'response') throw new Error(`not one response: ${page.url} ${page.body}`);
  const { payload } = await jwtVerify(response, keys, { issuer, audience: app.client.client_id, algorithms: [alg] });
  return payload;
}

for (const mode of Object.keys(modes)) {
  test(`${mode}: a code comes signed, and is worth tokens`, async (t) => {
    const app = await newApp();
    const { url, verifier } = app.request({ response_mode: mode, state: 'kept' });
    const { exp = 0, ...answer } = await answerIn(await signIn(newVisitor(), url, LOGIN), mode, app);
    t.deepEqual(Object.keys(answer).toSorted(), ['aud', 'code', 'iss', 'state']);
    t.is(answer.state, 'kept');
    t.true(exp - Date.now() / 1000 < 600);
    t.is((await redeem(app, { code: String(answer.code), verifier })).statusCode, 200);
  });

  test(`${mode}: errors come signed too, at the request, from the user and by every door`, async (t) => {
    const app = await newSigningApp(fixture);
    for (const [parameters, error] of [
      [{ prompt: 'none' }, 'login_required'],
      [{ scope: 'openid\temail' }, 'invalid_scope'],
      [{ resource: 'https://unknown.example/' }, 'invalid_target'],
    ] as const) {
      for (const door of Object.keys(doors)) {
        const isPushed = door.includes('pushed');
        // What is wrong with a pushed request is said when it is pushed.
        if (isPushed && error !== 'login_required') continue;
        const { page } = await comeIn(
          fixture,
          { door, app, user: newVisitor() },
          { response_mode: mode, state: 'kept', ...parameters },
        );
        t.like(await answerIn(page, mode, app), { error, state: 'kept' }, door);
      }
    }
    const user = newVisitor();
    const denied = await user.submit(await user.open(app.request({ response_mode: mode }).url), 'abort');
    t.like(await answerIn(denied, mode, app), { error: 'access_denied' });
  });
}

for (const alg of ['ES256', 'RS256', 'PS256']) {
  test(`a client that registers ${alg} for its answers gets them so`, async (t) => {
    const app = await newApp({ authorization_signed_response_alg: alg });
    const page = await signIn(newVisitor(), app.request({ response_mode: 'jwt' }).url, LOGIN);
    t.truthy((await answerIn(page, 'jwt', app, alg)).code);
  });
}

test('a client is registered for no answers that are unsigned, or signed with its secret', async (t) => {
  for (const alg of ['none', 'HS256', 'ES512'])
    await t.throwsAsync(newApp({ authorization_signed_response_alg: alg }), { code: 'client_metadata_invalid' });
});

test('a client that is registered for signed answers gets no other kind', async (t) => {
  const app = await newApp({ response_modes: ['jwt'] });
  for (const mode of ['query', 'form_post', 'fragment']) {
    const page = await newVisitor().open(app.request({ response_mode: mode }).url);
    t.false(page.body.includes('login-submit'));
  }
  t.true((await newVisitor().open(app.request({ response_mode: 'jwt' }).url)).body.includes('login-submit'));
});

test('to an address that is not registered goes no answer, signed or not', async (t) => {
  const app = await newApp();
  for (const mode of Object.keys(modes)) {
    const other = { response_mode: mode, redirect_uri: `${CALLBACK}/other` };
    const page = await newVisitor().open(app.request(other).url);
    t.true(page.url.startsWith(issuer));
    t.true(textOf(page).includes('invalid_redirect_uri'));
  }
});

test('a signed answer proves nothing else: it is no hint, no token and no assertion', async (t) => {
  const app = await newApp();
  const page = await signIn(newVisitor(), app.request({ response_mode: 'jwt' }).url, LOGIN);
  const response = new URL(page.url).searchParams.get('response') ?? '';
  t.is(decodeJwt(response).sub, undefined);
  t.false(Boolean((await app.post('/token/introspection', { token: response })).body.active));
  const hinted = await newVisitor().open(app.request({ id_token_hint: response, prompt: 'none' }).url);
  t.regex(hinted.url, /error=invalid_request/);
  const ended = await newVisitor().open(`${issuer}/session/end?id_token_hint=${response}`);
  t.is(ended.status, 400);
});

test('discovery names the modes and the algorithms', async (t) => {
  const document = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >;
  for (const mode of Object.keys(modes)) t.true((document.response_modes_supported as string[]).includes(mode));
  t.deepEqual(document.authorization_signing_alg_values_supported, ['ES256', 'RS256', 'PS256']);
});
