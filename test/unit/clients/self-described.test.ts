/** What a client that describes itself means by what it leaves out. */
import test from 'ava';
import { withDefaults } from '../../../src/domain/clients/metadata/metadata.ts';
import { withoutScopesOfResources } from '../../../src/domain/clients/metadata/self-described.ts';

const typeOf = (metadata: object, by?: 'administrator') => withDefaults({ ...metadata }, by).application_type;

for (const redirect_uris of [
  ['http://localhost:6274/oauth/callback'],
  ['http://127.0.0.1/', 'http://[::1]:8080/cb'],
  ['com.example.app:/callback', 'http://localhost/callback'],
  ['https://app.example.com/callback', 'http://localhost:3000/callback'],
]) {
  test(`who is sent back to ${redirect_uris.join(' and ')}, and names no type, is a native app`, (t) => {
    t.is(typeOf({ redirect_uris }), 'native');
    t.is(typeOf({ redirect_uris, token_endpoint_auth_method: 'none' }), 'native');
  });
}

for (const redirect_uris of [
  ['https://app.example.com/callback'],
  ['http://app.example.com/callback'],
  ['http://localhost.example.com/callback'],
  ['https://localhost/callback'],
  ['no address'],
  [17],
  [],
  undefined,
  'http://localhost/',
]) {
  test(`redirect URIs ${JSON.stringify(redirect_uris)} say nothing of a type`, (t) => {
    t.is(typeOf({ redirect_uris }), undefined);
  });
}

test('a type that is named stays', (t) => {
  t.is(typeOf({ redirect_uris: ['http://localhost/callback'], application_type: 'web' }), 'web');
});

test('an administrator who names no type has a web app', (t) => {
  t.is(typeOf({ redirect_uris: ['http://localhost/callback'] }, 'administrator'), undefined);
});

const ofAccount = new Set(['openid', 'email', 'offline_access']);

for (const [scope, kept] of [
  ['openid email', 'openid email'],
  ['notes:read openid notes:write', 'openid'],
  ['notes:read offline_access', 'offline_access'],
  ['notes:read', undefined],
  ['', undefined],
  [undefined, undefined],
  [17, 17],
] as const) {
  test(`of the scope ${JSON.stringify(scope)} a client is bounded by ${JSON.stringify(kept)}`, (t) => {
    t.is(withoutScopesOfResources({ scope }, ofAccount).scope, kept);
  });
}
