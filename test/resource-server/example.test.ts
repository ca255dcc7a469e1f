/** The example API, used as an app would. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { createResourceServer } from '../../examples/resource-server/server.ts';
import { startTestIssuer } from './test-issuer.ts';

const resource = 'http://localhost:5000/';

/** The example API, with a client for each user who holds a token. */
async function startExample(t: ExecutionContext) {
  const issuer = await startTestIssuer(t, () => Math.floor(Date.now() / 1000));
  const running = await createResourceServer({ issuer: issuer.url, resource }).listen(0);
  t.teardown(() => running.close());
  const client = got.extend({
    prefixUrl: `http://127.0.0.1:${running.port}`,
    throwHttpErrors: false,
    retry: { limit: 0 },
    responseType: 'json',
    headers: { connection: 'close' },
  });
  return {
    client,
    async as(sub: string, scope = 'notes:read notes:write') {
      const token = await issuer.token({ claims: { sub, scope, aud: resource } });
      return client.extend({ headers: { authorization: `Bearer ${token}` } });
    },
  };
}

test('a note that was written can be read', async (t) => {
  const ada = await (await startExample(t)).as('ada');
  const written = await ada.post('notes', { json: { text: 'water the plants' } });
  t.is(written.statusCode, 201);
  t.like((await ada('notes')).body, { notes: { 0: written.body, length: 1 } });
});

test('a user cannot read the notes of another', async (t) => {
  const example = await startExample(t);
  await (await example.as('ada')).post('notes', { json: { text: 'water the plants' } });
  t.deepEqual((await (await example.as('bob'))('notes')).body, { notes: [] });
});

test('who may only read cannot write', async (t) => {
  const ada = await (await startExample(t)).as('ada', 'notes:read');
  const { statusCode, headers } = await ada.post('notes', { json: { text: 'water the plants' } });
  t.is(statusCode, 403);
  t.regex(headers['www-authenticate'] ?? '', /scope="notes:write"/);
});

test('a caller without a token finds the issuer through the challenge', async (t) => {
  const { client } = await startExample(t);
  const { statusCode, headers } = await client('notes');
  t.is(statusCode, 401);
  const [, address = ''] = /resource_metadata="([^"]+)"/.exec(headers['www-authenticate'] ?? '') ?? [];
  t.is(address, 'http://localhost:5000/.well-known/oauth-protected-resource');
  const { body } = await client(new URL(address).pathname.slice(1));
  t.like(body, { resource, scopes_supported: ['notes:read', 'notes:write'] });
});

for (const [what, options, status] of [
  ['no JSON', { body: '{', headers: { 'content-type': 'application/json' } }, 400],
  ['no text', { json: {} }, 400],
  ['null', { json: null }, 400],
  ['a text that is none', { json: { text: 7 } }, 400],
  ['too long a text', { json: { text: 'x'.repeat(1001) } }, 400],
  ['too large a body', { json: { text: 'x'.repeat(20_000) } }, 413],
  ['another type of body', { form: { text: 'a' } }, 415],
] as const) {
  test(`a note with ${what} is refused with ${status}`, async (t) => {
    const ada = await (await startExample(t)).as('ada');
    t.is((await ada.post('notes', options)).statusCode, status);
  });
}

test('one user can store a hundred notes and no more', async (t) => {
  const ada = await (await startExample(t)).as('ada');
  const write = () => ada.post('notes', { json: { text: 'again' } });
  for (let note = 0; note < 100; note += 1) t.is((await write()).statusCode, 201);
  t.is((await write()).statusCode, 409);
});
