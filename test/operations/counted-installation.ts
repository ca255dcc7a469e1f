/** An installation that counts what each request costs: calls on the storage port, and the commands that MongoDB's driver sends. */
import type { ExecutionContext } from 'ava';
import type { CommandStartedEvent } from 'mongodb';
import { openMongodbDriver } from '../../adapters/mongodb/driver.ts';
import type { Delivery, MailOrder } from '../../src/domain/mail/outbox.ts';
import { ManualClock } from '../support/clock.ts';
import { heardRecords } from '../support/heard-records.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { TERMS } from '../support/provider-fixture.ts';

/** Driver commands that belong to no call: monitoring and the return of sessions. */
const HOUSEKEEPING = ['hello', 'isMaster', 'endSessions'];

export interface Cost {
  /** `method collection`, in the order of the calls. */
  readonly operations: readonly string[];
  /** What the driver sent, by name; empty on SQLite. */
  readonly commands: readonly string[];
}

export interface CountedInstallation {
  readonly latchkey: TestInstallation;
  /** Everything the driver sent so far, as it was sent. */
  readonly sent: readonly CommandStartedEvent[];
  /** Stands still, so that nothing is forgotten or expires in between. */
  readonly clock: ManualClock;
  /** Of the latest mail to the address, which waits in the queue. */
  mailedLink(address: string): Promise<string>;
  /** The same, of a mail that has a code. */
  mailedCode(address: string): Promise<string>;
  costOf<T>(request: () => Promise<T>): Promise<{ readonly answer: T; readonly cost: Cost }>;
}

/** Mails are sent after the answer, by any process: here by none, so that no request pays for another's. */
const sentElsewhere: Delivery = {
  hasRoom: false,
  begin: () => undefined,
  deliver: () => Promise.resolve(),
  isReachable: () => Promise.resolve(true),
  stop: () => Promise.resolve(),
};

function mailed(what: string | undefined, address: string): string {
  if (what === undefined) throw new Error(`nothing of the kind was mailed to ${address}`);
  return what;
}

/** `databaseUrl`: of an empty MongoDB database; without it the installation makes itself a SQLite file. */
export async function startCounted(t: ExecutionContext, databaseUrl?: string): Promise<CountedInstallation> {
  const clock = new ManualClock();
  const operations: string[] = [];
  const commands: string[] = [];
  const sent: CommandStartedEvent[] = [];
  const watched =
    databaseUrl === undefined
      ? undefined
      : await openMongodbDriver({
          url: databaseUrl,
          clock,
          onCommand(event) {
            if (HOUSEKEEPING.includes(event.commandName)) return;
            commands.push(event.commandName);
            sent.push(event);
          },
        });
  const latchkey = await startInstallation({
    clock,
    // To whom has accepted them they cost nothing.
    environment: { ...TERMS, SIGN_IN_BY_MAIL: 'on' },
    ...(databaseUrl !== undefined && { storageUrl: databaseUrl }),
    wrapRecords(opened) {
      if (watched !== undefined) t.teardown(() => opened.close());
      return heardRecords(watched ?? opened, (method, collection) =>
        operations.push(collection === undefined ? method : `${method} ${collection}`),
      );
    },
  });
  latchkey.installation.outbox.deliverBy(sentElsewhere);
  t.teardown(latchkey.stop);
  async function lastMailTo(address: string): Promise<MailOrder | undefined> {
    const { items } = await latchkey.installation.mails.list({ limit: 100 });
    const orders = items.toSorted((one, other) => one.dueAt - other.dueAt).map(({ order }) => order as MailOrder);
    return orders.findLast((order) => order?.to === address);
  }
  return {
    latchkey,
    clock,
    sent,
    mailedLink: async (address) => mailed((await lastMailTo(address))?.link, address),
    mailedCode: async (address) => mailed((await lastMailTo(address))?.code, address),
    async costOf(request) {
      operations.length = 0;
      commands.length = 0;
      const answer = await request();
      return { answer, cost: { operations: [...operations], commands: [...commands] } };
    },
  };
}
