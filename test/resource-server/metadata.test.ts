/** Protected resource metadata (RFC 9728). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { protectedResourceMetadata, serveResourceMetadata } from '@latchkey/resource-server';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import Koa from 'koa';

const description = {
  resource: 'https://api.example/notes',
  authorizationServers: ['https://issuer.example'],
  scopes: ['notes:read'],
  name: 'Notes',
  documentation: 'https://api.example/docs',
};

async function startMetadataServer(t: ExecutionContext) {
  const app = new Koa();
  app.use(serveResourceMetadata(description));
  app.use((context) => {
    context.body = 'the rest';
  });
  const server = createServer(app.callback());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => void server.close());
  return got.extend({
    prefixUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    throwHttpErrors: false,
    headers: { connection: 'close' },
  });
}

test('the metadata is served at the well-known path of the resource', async (t) => {
  const client = await startMetadataServer(t);
  const { headers, body } = await client('.well-known/oauth-protected-resource/notes');
  t.regex(headers['content-type'] ?? '', /^application\/json/);
  t.deepEqual(JSON.parse(body), {
    resource: 'https://api.example/notes',
    authorization_servers: ['https://issuer.example'],
    bearer_methods_supported: ['header'],
    scopes_supported: ['notes:read'],
    resource_name: 'Notes',
    resource_documentation: 'https://api.example/docs',
  });
});

test('a client in a browser reads the metadata from another origin, with headers of its own', async (t) => {
  const client = await startMetadataServer(t);
  const path = '.well-known/oauth-protected-resource/notes';
  const headers = {
    origin: 'https://inspector.example',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'mcp-protocol-version',
  };
  const preflight = await client(path, { method: 'OPTIONS', headers });
  t.is(preflight.statusCode, 204);
  t.is(preflight.headers['access-control-allow-headers'], '*');
  for (const answer of [preflight, await client(path, { headers })])
    t.is(answer.headers['access-control-allow-origin'], '*');
});

test('other paths are left to the API', async (t) => {
  const client = await startMetadataServer(t);
  t.is((await client('.well-known/oauth-protected-resource')).body, 'the rest');
});

test('the metadata can only be read', async (t) => {
  const client = await startMetadataServer(t);
  const { statusCode, headers } = await client.post('.well-known/oauth-protected-resource/notes');
  t.is(statusCode, 405);
  t.is(headers.allow, 'GET, HEAD, OPTIONS');
});

for (const [resource, url] of [
  ['https://api.example', 'https://api.example/.well-known/oauth-protected-resource'],
  ['https://api.example/', 'https://api.example/.well-known/oauth-protected-resource'],
  ['https://api.example:8443/a/b/', 'https://api.example:8443/.well-known/oauth-protected-resource/a/b/'],
  ['https://api.example/a?b=c', 'https://api.example/.well-known/oauth-protected-resource/a?b=c'],
] as const) {
  test(`the metadata of ${resource} is at ${url}`, (t) => {
    t.is(protectedResourceMetadata({ ...description, resource }).url, url);
  });
}

for (const resource of ['urn:notes', 'http://api.example/', 'https://api.example/#part']) {
  test(`${resource} cannot have metadata`, (t) => {
    t.throws(() => protectedResourceMetadata({ ...description, resource }), { instanceOf: TypeError });
  });
}
