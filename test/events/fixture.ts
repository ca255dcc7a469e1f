/** Drives the provider, and sees which security events that writes. */
import type { ExecutionContext } from 'ava';
import got, { type Response } from 'got';
import type { EventOwner, EventRecord } from '../../src/ports/events.ts';
import type { FixtureOptions } from '../support/provider-fixture.ts';
import { newVisitor, ownProvider, type Fixture as Provider } from '../support/provider-fixture.ts';

export type EventLine = Omit<EventRecord, 'at'>;

export interface Watched extends Provider {
  /** The lines of security events so far, or since the last time. */
  newLines(): readonly EventLine[];
  /** What is kept of an owner, newest first. */
  kept(owner: EventOwner): Promise<readonly EventRecord[]>;
}

export function watch(provider: Provider): Watched {
  let seen = 0;
  return {
    ...provider,
    newLines() {
      const lines = provider.latchkey.logged.slice(seen);
      seen = provider.latchkey.logged.length;
      return lines
        .filter(({ message }) => message === 'security event')
        .map(({ level: _level, message: _message, ...line }) => line as unknown as EventLine);
    },
    kept: (owner) => provider.latchkey.installation.events.list(owner),
  };
}

export async function watchedProvider(t: ExecutionContext, options: FixtureOptions = {}): Promise<Watched> {
  return watch(await ownProvider(t, options));
}

/** An address of its own, so that what is done from it can be told apart. */
export const ADDRESS = '192.0.2.77';

export const newBrowser = () => newVisitor({ headers: { 'x-forwarded-for': ADDRESS } });

export function request(
  { latchkey }: Provider,
  path: string,
  {
    form,
    headers,
  }: { readonly form?: Readonly<Record<string, string>>; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response<string>> {
  return got(`${latchkey.issuer}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    ...(form !== undefined && { form }),
    headers: { 'x-forwarded-for': ADDRESS, ...headers },
    throwHttpErrors: false,
    followRedirect: false,
    retry: { limit: 0 },
  });
}

/** Brings it about, on a provider of its own unless that of all tests will do, and returns that provider. */
export type Drive = (shared: Watched, t: ExecutionContext) => Promise<Watched>;
