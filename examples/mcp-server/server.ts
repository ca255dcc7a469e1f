/**
 * An MCP server that takes access tokens of Latchkey. Without a good one it answers 401, and says where its metadata is (RFC 9728);
 * from there a client finds the provider, signs its user in, and comes back with a token for this server (RFC 8707).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  type AccessToken,
  AccessTokenError,
  createAccessTokenVerifier,
  protectedResourceMetadata,
} from '@latchkey/resource-server';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { createTools, type Notes, scopes, scopesNeeded } from './tools.ts';

export interface McpServerOptions {
  readonly issuer: string;
  /** The address of this server, as clients know it and the resource is declared: tokens carry it in `aud`. */
  readonly resource: string;
  /** What people and clients read. */
  readonly name?: string;
  /** What a client asks for before it calls a tool. Left out: every scope, and its user takes away what it shall not have. */
  readonly firstScopes?: readonly string[];
  readonly onRefusal?: (error: AccessTokenError) => void;
}

const mostBytes = 1_000_000;

/** MCP clients in a browser. Any origin may try: what counts is the token, and no cookie is looked at. */
const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, accept, last-event-id, mcp-protocol-version, mcp-session-id',
  'access-control-expose-headers': 'www-authenticate, mcp-session-id',
} as const;

function answer(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>>) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Undefined for what is too long or no JSON. */
async function messageIn(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

const notJson = { jsonrpc: '2.0', id: null, error: { code: -32_700, message: 'Parse error' } } as const;

export function createProtectedServer(options: McpServerOptions): Server {
  const { issuer, resource, name = 'Notes', firstScopes = [], onRefusal } = options;
  const metadata = protectedResourceMetadata({
    resource,
    authorizationServers: [issuer],
    scopes: Object.keys(scopes),
    name,
  });
  const verifier = createAccessTokenVerifier({ issuer, audience: resource, resourceMetadata: metadata.url });
  const { pathname } = new URL(resource);
  const notes: Notes = new Map();

  async function callTools(
    { subject }: AccessToken,
    request: IncomingMessage,
    response: ServerResponse,
    message: unknown,
  ) {
    const tools = createTools({ name, subject, notes });
    // Each request stands alone: there is no session of MCP that somebody else could go on with.
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on('close', () => void tools.close());
    await tools.connect(transport as Transport);
    await transport.handleRequest(request, response, message);
  }

  async function answerClient(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization } = request.headersDistinct;
    const token = await verifier.verify(authorization, authorization === undefined ? { scopes: firstScopes } : {});
    const message = request.method === 'POST' ? await messageIn(request) : undefined;
    if (request.method === 'POST' && message === undefined) {
      answer(response, 400, notJson, { connection: 'close' });
      return;
    }
    const needed = scopesNeeded(message).filter((scope) => !token.scopes.includes(scope));
    // Throws. The challenge names what the token has as well, so that the next one is good for both.
    if (needed.length > 0) await verifier.verify(authorization, { scopes: [...token.scopes, ...needed] });
    await callTools(token, request, response, message);
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0];
    for (const [header, value] of Object.entries(crossOrigin)) response.setHeader(header, value);
    if (request.method === 'OPTIONS') response.writeHead(204).end();
    else if (path === metadata.path)
      answer(response, 200, metadata.document, { 'cache-control': 'public, max-age=300' });
    else if (path === pathname) await answerClient(request, response);
    else answer(response, 404, { error: 'not_found' }, {});
  }

  return createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (error instanceof AccessTokenError) {
        onRefusal?.(error);
        answer(response, error.status, error.body, error.headers);
        return;
      }
      console.error(error);
      if (response.headersSent) response.destroy();
      else answer(response, 500, { error: 'server_error' }, {});
    });
  });
}
