/** The child of the growth bench: installations side by side in one process, so that nothing but their databases differs. */
import type { Records } from '../../src/storage/driver.ts';
import type { PurgeJob } from '../../src/storage/maintenance/purge.ts';
import { startInstallation, type TestInstallation } from '../../test/support/installation.ts';
import { clientMetadata, type Fixture, OPAQUE_API, resources } from '../subjects/setup.ts';
import { purgeNow } from './purge-now.ts';

export interface Counts {
  /** Calls on the storage port so far, those of the purge excepted. */
  readonly operations: number;
  /** Those of them that stored a new record, or an old one again. */
  readonly stored: number;
  /** Expired records that the purge has deleted so far. */
  readonly purged: number;
  /** Of the whole process and all its threads. */
  readonly processorMicroseconds: number;
}

export type Order =
  | { readonly verb: 'open'; readonly side: string; readonly storageUrl: string; readonly fixture: Fixture }
  | { readonly verb: 'count' | 'start purge' | 'stop purge' | 'close'; readonly side: string };

/** What was asked for, or what went wrong. */
export type Reply = { readonly answer: unknown } | { readonly failure: string };

interface Side {
  readonly latchkey: TestInstallation;
  readonly counts: { operations: number; stored: number; purged: number };
  purging?: PurgeJob;
}

const sides = new Map<string, Side>();

function counting(records: Records, counts: Side['counts']): Records {
  return new Proxy(records, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      if (name === 'purge') {
        return async (...parameters: Parameters<Records['purge']>) => {
          const purged = await target.purge(...parameters);
          counts.purged += purged;
          return purged;
        };
      }
      return (...parameters: readonly unknown[]) => {
        counts.operations += 1;
        if (name === 'put' || name === 'insert') counts.stored += 1;
        return Reflect.apply(member, target, parameters);
      };
    },
  });
}

async function open({ side, storageUrl, fixture }: Extract<Order, { verb: 'open' }>): Promise<string> {
  const counts = { operations: 0, stored: 0, purged: 0 };
  const latchkey = await startInstallation({ storageUrl, wrapRecords: (records) => counting(records, counts) });
  sides.set(side, { latchkey, counts });
  for (const metadata of clientMetadata(fixture)) {
    if (metadata.client_id !== fixture.service.id) await latchkey.createClient(metadata);
  }
  const { scope, format } = resources[OPAQUE_API];
  const introspectionClients = [fixture.api.id];
  await latchkey.createResource({ identifier: OPAQUE_API, scopes: { [scope]: scope }, format, introspectionClients });
  for (const email of fixture.logins) await latchkey.createAccount({ email, password: fixture.password });
  return latchkey.issuer;
}

function sideOf({ side }: Order): Side {
  const found = sides.get(side);
  if (found === undefined) throw new Error(`${side} is not open`);
  return found;
}

function processorMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function stopPurge(side: Side): Promise<void> {
  await side.purging?.stop();
  delete side.purging;
}

async function obey(order: Order): Promise<unknown> {
  switch (order.verb) {
    case 'open':
      return await open(order);
    case 'count':
      return { ...sideOf(order).counts, processorMicroseconds: processorMicroseconds() };
    case 'start purge': {
      const side = sideOf(order);
      side.purging = purgeNow(side.latchkey.installation.records);
      return undefined;
    }
    case 'stop purge':
      return await stopPurge(sideOf(order));
    case 'close':
      await stopPurge(sideOf(order));
      return await sideOf(order).latchkey.stop();
  }
}

process.on('message', async (order: Order) => {
  const reply: Reply = await obey(order).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ failure: String(error instanceof Error ? error.stack : error) }),
  );
  process.send?.(reply);
});
