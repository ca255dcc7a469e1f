/** An MCP client signs its user in to a protected MCP server: both sides as the SDK has them, and a person at our pages. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { createProtectedServer } from '../../examples/mcp-server/server.ts';
import { scopes } from '../../examples/mcp-server/tools.ts';
import { startDocuments } from '../protocol/documents.ts';
import { listen } from '../support/listener.ts';
import { sharedProvider } from '../support/provider-fixture.ts';
import { openRegistration, visit } from './fixture.ts';
import { McpClient, type McpClientOptions, USUAL } from './mcp-client.ts';

const documents = await startDocuments();
const { environment } = openRegistration;
const { latchkey } = await sharedProvider({
  environment: { ...environment, OUTBOUND_ALLOW_PRIVATE: documents.origin },
});
test.after.always(() => documents.stop());
const { issuer } = latchkey;

interface ServerOptions {
  readonly path?: string;
  readonly firstScopes?: readonly string[];
}

/** An MCP server on a port of its own, declared as a resource. */
async function newServer(t: ExecutionContext, { path = '/mcp', ...options }: ServerOptions = {}): Promise<string> {
  const { server, origin } = await listen(t);
  const resource = `${origin}${path}`;
  const mcp = createProtectedServer({ issuer, resource, ...options });
  server.on('request', (request, response) => mcp.emit('request', request, response));
  await latchkey.createResource({ identifier: resource, scopes });
  return resource;
}

type ClientOptions = Omit<McpClientOptions, 'visit'>;

const ways = {
  'a metadata document': ({ metadata, ...options }: ClientOptions) =>
    new McpClient({ visit, ...options, documentUrl: documents.publish({ ...USUAL, ...metadata }) }),
  registration: (options: ClientOptions) => new McpClient({ visit, ...options }),
} as const;

const askedFor = ({ memory }: McpClient) => memory.visited.map(({ searchParams }) => searchParams.get('scope'));

for (const [way, clientOf] of Object.entries(ways)) {
  test(`by ${way} a client finds the provider from a 401, signs its user in and calls a tool`, async (t) => {
    const server = await newServer(t);
    const client = clientOf({ server });
    t.is(await client.call('add_note', { text: 'milk' }), 'The note is written.');
    t.is(await client.call('list_notes'), '["milk"]');
    const [refused] = client.found('/mcp');
    t.is(refused?.status, 401);
    const metadata = new URL('/.well-known/oauth-protected-resource/mcp', server).href;
    t.true(refused?.headers.get('www-authenticate')?.includes(`resource_metadata="${metadata}"`));
    t.is(client.memory.visited.length, 1);
    const [request] = client.memory.visited;
    t.like(Object.fromEntries(request?.searchParams ?? []), { resource: server, code_challenge_method: 'S256' });
    t.is(request?.searchParams.get('scope'), 'notes:read notes:write');
    const [discovery, ...others] = client.exchanges.filter(
      ({ url }) => url.origin === issuer && /well-known/.test(url.pathname),
    );
    t.is(discovery?.url.pathname, '/.well-known/oauth-authorization-server');
    t.true([discovery, ...others].every((exchange) => exchange?.status === 200));
    // RFC 9207
    t.is(client.answers[0]?.searchParams.get('iss'), issuer);
    t.like(decodeJwt(client.memory.kept?.access_token ?? ''), {
      aud: server,
      iss: issuer,
      scope: 'notes:read notes:write',
    });
  });

  test(`by ${way} a client refreshes a token that is refused, and its user is not asked again`, async (t) => {
    const client = clientOf({ server: await newServer(t) });
    await client.call('list_notes');
    const { kept } = client.memory;
    client.memory.saveTokens({ token_type: 'Bearer', ...kept, access_token: 'expired' });
    t.is(await client.call('list_notes'), '[]');
    t.not(client.memory.kept?.refresh_token, kept?.refresh_token);
    t.is(client.memory.visited.length, 1);
  });

  test(`by ${way} a client that lacks a scope asks for it, and for what it had`, async (t) => {
    const server = await newServer(t, { firstScopes: ['notes:read'] });
    // With a refresh token the SDK refreshes in place of asking.
    const client = clientOf({ server, metadata: { grant_types: ['authorization_code'] } });
    t.is(await client.call('list_notes'), '[]');
    t.is(await client.call('add_note', { text: 'tea' }), 'The note is written.');
    t.is(await client.call('list_notes'), '["tea"]');
    t.deepEqual(askedFor(client), ['notes:read', 'notes:read notes:write']);
  });

  test(`by ${way} a client that asks for lasting access gets it`, async (t) => {
    const server = await newServer(t, { firstScopes: ['notes:read', 'offline_access'] });
    const client = clientOf({ server });
    await client.call('list_notes');
    t.deepEqual(askedFor(client), ['notes:read offline_access']);
    t.truthy(client.memory.kept?.refresh_token);
  });

  test(`by ${way} a client that names no scope gets those of the server that it names`, async (t) => {
    const server = await newServer(t);
    const withoutScopes: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).includes('oauth-protected-resource')) return response;
      const { scopes_supported: _, ...document } = (await response.json()) as { scopes_supported?: unknown };
      return Response.json(document);
    };
    const client = clientOf({ server, fetch: withoutScopes });
    t.is(await client.call('list_notes'), '[]');
    t.deepEqual(askedFor(client), [null]);
    t.is(decodeJwt(client.memory.kept?.access_token ?? '').scope, 'notes:read notes:write');
  });

  test(`by ${way} a client on a device listens on any port`, async (t) => {
    const client = clientOf({
      server: await newServer(t),
      redirectUrl: 'http://localhost:50123/callback',
    });
    t.is(await client.call('list_notes'), '[]');
  });

  test(`by ${way} a client signs in to a server at the root of its host`, async (t) => {
    const client = clientOf({ server: await newServer(t, { path: '' }) });
    t.is(await client.call('list_notes'), '[]');
  });
}

test('a token for another server is refused, and says where the metadata is', async (t) => {
  const [server, other] = [await newServer(t), await newServer(t)];
  const client = ways.registration({ server: other });
  await client.call('list_notes');
  const { statusCode, headers } = await got.post(server, {
    headers: { authorization: `Bearer ${client.memory.kept?.access_token}` },
    ...{ json: {}, throwHttpErrors: false, retry: { limit: 0 } },
  });
  t.is(statusCode, 401);
  t.regex(headers['www-authenticate'] ?? '', /error="invalid_token".*resource_metadata=/);
});

/** As a page of that origin asks: what it may not read fails. */
function fromOrigin(origin: string): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', origin);
    const response = await fetch(input, { ...init, headers });
    const allowed = response.headers.get('access-control-allow-origin');
    if (allowed !== '*' && allowed !== origin) throw new TypeError(`${origin} may not read ${input}`);
    return response;
  };
}

test('a client in a browser signs its user in, from the origin that it is sent back to', async (t) => {
  const server = await newServer(t);
  const redirectUrl = 'http://localhost:6274/oauth/callback';
  const metadata = { redirect_uris: [redirectUrl] };
  const client = ways.registration({ server, redirectUrl, metadata, fetch: fromOrigin('http://localhost:6274') });
  t.is(await client.call('list_notes'), '[]');
  const exposed = client.found('/mcp')[0]?.headers.get('access-control-expose-headers');
  t.regex(exposed ?? '', /www-authenticate/);
});

test('a browser asks before it sends what the SDK sends, and may', async (t) => {
  const server = await newServer(t);
  for (const [address, method, asked] of [
    [server, 'POST', 'authorization,content-type,mcp-protocol-version'],
    [new URL('/.well-known/oauth-protected-resource/mcp', server), 'GET', 'mcp-protocol-version'],
    [`${issuer}/.well-known/oauth-authorization-server`, 'GET', 'mcp-protocol-version'],
    [`${issuer}/reg`, 'POST', 'content-type'],
    [`${issuer}/token`, 'POST', 'authorization,content-type'],
  ] as const) {
    const headers = {
      origin: 'http://localhost:6274',
      'access-control-request-method': method,
      'access-control-request-headers': asked,
    };
    const { statusCode, headers: answered } = await got(address, { method: 'OPTIONS', headers, retry: { limit: 0 } });
    t.is(statusCode, 204);
    t.true(['*', headers.origin].includes(answered['access-control-allow-origin'] ?? ''), String(address));
    const allowed = (answered['access-control-allow-headers'] ?? '').toLowerCase();
    for (const name of asked.split(',')) t.true(allowed.includes(name), `${address} ${name}`);
  }
});
