/** The part of an app that is told of a sign-out behind the browser's back (OIDC Back-Channel Logout 1.0 2.5). */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Owner } from '../../support/owner.ts';
import type { SeenValue } from './seen-values.ts';

export interface Backchannel {
  readonly origin: string;
  /** The logout tokens that came so far; others may add what they were shown. */
  readonly received: SeenValue[];
}

export async function startBackchannel(owner: Owner): Promise<Backchannel> {
  const received: SeenValue[] = [];
  const server = http.createServer(async (request, response) => {
    for (const [name, value] of new URLSearchParams(await text(request))) received.push({ name, value });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owner.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, received };
}
