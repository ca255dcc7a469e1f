/** Scopes that an endpoint demands of a token. */

import { protectResource } from '@latchkey/resource-server';
import test from 'ava';
import { startProtectedApi } from './protected-api.ts';

test('a token without a needed scope is a 403 that names all needed scopes', async (t) => {
  const api = await startProtectedApi(t, { scopes: ['notes:read', 'notes:write'] });
  const { status, challenge, body } = await api.call(await api.issuer.token({ claims: { scope: 'notes:read' } }));
  t.is(status, 403);
  t.regex(challenge ?? '', /error="insufficient_scope"/);
  t.regex(challenge ?? '', /scope="notes:read notes:write"/);
  t.like(body, { error: 'insufficient_scope' });
});

test('a scope is matched as a whole', async (t) => {
  const api = await startProtectedApi(t);
  t.is((await api.call(await api.issuer.token({ claims: { scope: 'notes:read-all xnotes:read' } }))).status, 403);
});

test('an invalid token is told so before scopes are looked at', async (t) => {
  const api = await startProtectedApi(t);
  t.is((await api.call(await api.issuer.token({ claims: { scope: '', exp: 1 } }))).status, 401);
});

test('a route that demands no scope takes any good token', async (t) => {
  const api = await startProtectedApi(t, { scopes: [] });
  t.is((await api.call(await api.issuer.token({ claims: { scope: undefined } }))).status, 200);
});

test('what cannot be a scope is refused when the route is made', (t) => {
  const notes = protectResource({ issuer: 'https://issuer.example', audience: 'https://notes.example/' });
  for (const unfit of ['', 'two words', 'quo"te', 'line\nbreak']) {
    t.throws(() => notes.requireScopes(unfit), { instanceOf: TypeError });
  }
});
