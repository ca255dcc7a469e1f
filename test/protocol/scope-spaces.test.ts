/** Scopes are separated by one space (RFC 6749 3.3); one too many, as apps send that put theirs together, is forgiven. */
import test from 'ava';
import { API, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, codeOf } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp } from '../support/request-doors.ts';

const fixture = await sharedProvider();
const { newApp } = fixture;
const spaced = [
  ' openid email',
  'openid email ',
  'openid  email',
  '  openid     email   ',
  'openid email      ',
  ' openid  email',
];

for (const scope of spaced) {
  test(`${scope.replaceAll(' ', '_')} is what it means, at every door, and in a refresh`, async (t) => {
    const app = await newApp();
    const granted = (await redeem(app, await obtainCode(app, { scope }))).body;
    t.is(granted.scope, 'openid email');
    const again = { grant_type: 'refresh_token', refresh_token: granted.refresh_token ?? '', scope };
    t.is((await app.token(again)).body.scope, 'openid email');

    for (const door of Object.keys(doors)) {
      const signing = await newSigningApp(fixture, { first_party: true });
      const { user } = await obtainCode(signing);
      const { page, verifier } = await comeIn(fixture, { door, app: signing, user }, { scope });
      t.is((await redeem(signing, { code: codeOf(page), verifier })).body.scope, 'openid email', door);
    }
  });
}

test('public apps push the same, and services ask for it', async (t) => {
  const app = await newApp({ token_endpoint_auth_method: 'none' });
  const { searchParams } = new URL(app.request({ scope: ' openid  profile ' }).url);
  t.is((await app.post('/request', Object.fromEntries(searchParams))).statusCode, 201);
  const service = await newApp({ grant_types: ['client_credentials'], redirect_uris: [], resources: [API] });
  const form = { grant_type: 'client_credentials', resource: API, scope: ' notes:read   notes:write ' };
  t.is((await service.token(form)).body.scope, 'notes:read notes:write');
});

test('nothing but spaces is no scope', async (t) => {
  const app = await newApp();
  for (const scope of [' ', '    ']) {
    const page = await newVisitor().open(app.request({ scope, prompt: 'none' }).url);
    t.is(toldApp(page).error, toldApp(await newVisitor().open(app.request({ scope: '', prompt: 'none' }).url)).error);
  }
});

test('what is no space is no separator, and a scope given twice is no scope', async (t) => {
  const app = await newApp();
  for (const scope of [
    'openid\temail',
    'openid\nemail',
    'openid\u00a0email',
    'openid "email"',
    'openid\\email',
    'openid\u2003email',
    'openid\remail',
  ]) {
    const page = await newVisitor().open(app.request({ scope }).url);
    t.is(toldApp(page).error, 'invalid_scope', JSON.stringify(scope));
    const { searchParams } = new URL(app.request({ scope }).url);
    t.is((await app.post('/request', Object.fromEntries(searchParams))).body.error, 'invalid_scope');
  }
  const twice = await newVisitor().open(`${app.request({ scope: 'openid ' }).url}&scope=email`);
  t.is(toldApp(twice).error, 'invalid_request');
  t.true(twice.url.startsWith(CALLBACK));
});
