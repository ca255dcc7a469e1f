/** The example API: notes that each user reads and writes with an access token. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import {
  type AccessTokenState,
  type ProtectionOptions,
  protectedResourceMetadata,
  protectResource,
  serveResourceMetadata,
} from '@latchkey/resource-server';
import Koa from 'koa';
import { notesInMemory } from './notes.ts';
import { readNote, UnfitNote } from './read-note.ts';

export interface ResourceServerOptions {
  readonly issuer: string;
  /** The resource identifier of this API: clients send it as `resource`, tokens carry it in `aud`. */
  readonly resource: string;
  readonly onRefusal?: ProtectionOptions['onRefusal'];
}

interface RunningResourceServer {
  readonly port: number;
  /** Takes no new connections and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

export interface ResourceServer {
  readonly app: Koa<AccessTokenState>;
  /** Listens on loopback; port 0 picks a free one. */
  listen(port: number): Promise<RunningResourceServer>;
}

export function createResourceServer({ issuer, resource, onRefusal }: ResourceServerOptions): ResourceServer {
  const description = {
    resource,
    authorizationServers: [issuer],
    scopes: ['notes:read', 'notes:write'],
    name: 'Notes',
  };
  const { requireScopes, requireToken } = protectResource({
    issuer,
    audience: resource,
    resourceMetadata: protectedResourceMetadata(description).url,
    ...(onRefusal !== undefined && { onRefusal }),
  });
  const notes = notesInMemory();
  const router = new Router<AccessTokenState>();

  router.get('/notes', requireScopes('notes:read'), (context) => {
    context.body = { notes: notes.of(context.state.accessToken.subject) };
  });
  router.post('/notes', requireScopes('notes:write'), async (context) => {
    const note = notes.add(context.state.accessToken.subject, await readNote(context.req));
    context.status = note === undefined ? 409 : 201;
    context.body = note ?? { error: 'There is no room for more notes.' };
  });
  // What cannot be taken back needs more than a password (RFC 9470). A passkey alone is as good, so both levels are named.
  const strong = { scopes: ['notes:write'], acr: ['urn:latchkey:acr:mfa', 'phr'] };
  router.delete('/notes', requireToken(strong), (context) => {
    notes.removeAll(context.state.accessToken.subject);
    context.status = 204;
  });

  const app = new Koa<AccessTokenState>();
  app.use(async (context, next) => {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof UnfitNote)) throw error;
      context.status = error.status;
      context.set('connection', 'close');
      context.body = { error: error.message };
    }
  });
  app.use(serveResourceMetadata(description));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return { app, listen: (port) => listen(app, port) };
}

async function listen(app: Koa<AccessTokenState>, port: number): Promise<RunningResourceServer> {
  const server = createServer(app.callback());
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', listening);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((closed, failed) => {
        server.close((error) => (error === undefined ? closed() : failed(error)));
      }),
  };
}
