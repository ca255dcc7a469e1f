/** Challenges by RFC 6750 3 and RFC 9728 5.1. */

import { createAccessTokenVerifier } from '@latchkey/resource-server';
import test from 'ava';
import { startProtectedApi } from './protected-api.ts';

const resourceMetadata = 'https://notes.example/.well-known/oauth-protected-resource';

test('every challenge names the metadata of the API where it has some', async (t) => {
  const api = await startProtectedApi(t, { resourceMetadata });
  const answers = await Promise.all([
    api.send(undefined),
    api.send('Bearer'),
    api.call('junk'),
    api.call(await api.issuer.token({ claims: { scope: '' } })),
  ]);
  t.deepEqual(
    answers.map(({ status }) => status),
    [401, 400, 401, 403],
  );
  for (const { challenge } of answers) t.true(challenge?.endsWith(`resource_metadata="${resourceMetadata}"`));
});

test('quotes and backslashes in a realm are escaped', async (t) => {
  const api = await startProtectedApi(t, { realm: 'the "best" notes\\' });
  t.true((await api.send(undefined)).challenge?.startsWith('Bearer realm="the \\"best\\" notes\\\\"'));
});

test('a realm that could break out of the header is refused at start', (t) => {
  const options = { issuer: 'https://issuer.example', audience: 'https://notes.example/' };
  t.throws(() => createAccessTokenVerifier({ ...options, realm: 'notes\r\nset-cookie: a=b' }), {
    instanceOf: TypeError,
  });
});

test('a description holds nothing of what the caller sent', async (t) => {
  const api = await startProtectedApi(t);
  const { challenge, body } = await api.call(await api.issuer.token({ claims: { aud: 'https://marker.example/' } }));
  t.false(JSON.stringify([challenge, body]).includes('marker'));
});
