/** Measures over HTTP what growth, and the purge, cost a sign-in. */
import { Pool } from 'undici';
import type { Fixture } from '../subjects/setup.ts';
import { table } from '../table.ts';
import type { Host } from './host-process.ts';
import { latency, type Played, playInTurn, type Round, ratio, type Side, times } from './rounds.ts';
import { type Flow, flows, newVisitor, type Visitor } from './visitor.ts';

const VISITORS = 8;
const COUNTED_CIRCLES = 5;

export interface Door {
  readonly name: string;
  readonly visitors: readonly Visitor[];
  /** Calls on the storage port, by flow. */
  readonly operations: readonly number[];
  close(): Promise<void>;
}

/** The least of a few times: now and then a client is looked up again. */
async function countOperations(host: Host, name: string, visit: Visitor): Promise<readonly number[]> {
  const counts = new Map<Flow, number>();
  for (let call = 0; call < COUNTED_CIRCLES * flows.length; call += 1) {
    const { operations: before } = await host.count(name);
    const flow = await visit();
    const { operations: after } = await host.count(name);
    counts.set(flow, Math.min(counts.get(flow) ?? Number.POSITIVE_INFINITY, after - before));
  }
  return flows.map((flow) => counts.get(flow) ?? Number.NaN);
}

/** Opens an installation on a database, and signs people in. */
export async function openDoor(host: Host, name: string, storageUrl: string, fixture: Fixture): Promise<Door> {
  const connections = new Pool(await host.open(name, storageUrl, fixture), { connections: VISITORS });
  const logins = fixture.logins.slice(0, VISITORS);
  const visitors = await Promise.all(logins.map((login) => newVisitor(connections, fixture, login)));
  const [first] = visitors;
  if (first === undefined) throw new Error('no visitors');
  return {
    name,
    visitors,
    operations: await countOperations(host, name, first),
    async close() {
      await connections.close();
      await host.close(name);
    },
  };
}

function sideOf(host: Host, { name, visitors }: Door, more: Partial<Side> = {}): Side {
  const meter = async () => (await host.count(name)).processorMicroseconds;
  return { name, callers: visitors, meter, ...more };
}

export interface MeasuringPace {
  readonly rounds: number;
  readonly milliseconds: number;
}

const asTimes =
  (played: Played, of: string, to: string) =>
  (value: (round: Round) => number): string =>
    times(ratio(played, of, to, value));

/** What is said of all flows together. */
function overall(compared: (value: (round: Round) => number) => string): readonly string[] {
  return [
    `requests per second: ${compared(({ callsPerSecond }) => callsPerSecond)}`,
    `processor time a request: ${compared(({ meterPerCall }) => meterPerCall)}`,
  ];
}

/** Full beside empty, and beside how far two empty ones differ: what is less than that is noise. */
export async function compareDoors(
  host: Host,
  { empty, alsoEmpty, grown }: Readonly<Record<'empty' | 'alsoEmpty' | 'grown', Door>>,
  { rounds, milliseconds }: MeasuringPace,
): Promise<string> {
  const sides = [empty, alsoEmpty, grown].map((door) => sideOf(host, door));
  const played = await playInTurn(sides, rounds, milliseconds);
  const [growth, noise] = [asTimes(played, grown.name, empty.name), asTimes(played, alsoEmpty.name, empty.name)];
  const rows = flows.map((flow, index) => [
    flow,
    ...[empty, grown].map(({ operations }) => String(operations[index])),
    ...[growth, noise].flatMap((compared) => [0.5, 0.99].map((share) => compared(latency(flow, share)))),
  ]);
  const head = [
    'grown beside empty',
    'operations, empty',
    'grown',
    'p50',
    'p99',
    'p50 of two empty',
    'p99 of two empty',
  ];
  return [table(head, rows), ...overall(growth), ...overall(noise).map((line) => `of two empty, ${line}`)].join('\n');
}

/** The same door while its database is purged, beside while it is not. */
export async function compareWithPurge(
  host: Host,
  grown: Door,
  { rounds, milliseconds }: MeasuringPace,
): Promise<string> {
  const done = { purged: 0, stored: 0 };
  let before = await host.count(grown.name);
  const purging = sideOf(host, grown, {
    name: 'purging',
    async begin() {
      before = await host.count(grown.name);
      await host.startPurge(grown.name);
    },
    async end() {
      await host.stopPurge(grown.name);
      const after = await host.count(grown.name);
      done.purged += after.purged - before.purged;
      done.stored += after.stored - before.stored;
    },
  });
  const played = await playInTurn([sideOf(host, grown), purging], rounds, milliseconds);
  const compared = asTimes(played, purging.name, grown.name);
  const rows = flows.map((flow) => [flow, ...[0.5, 0.99].map((share) => compared(latency(flow, share)))]);
  return [
    table(['purging beside not purging', 'p50', 'p99'], rows),
    ...overall(compared),
    `records deleted for each that was stored meanwhile: ${(done.purged / done.stored).toFixed(1)}`,
  ].join('\n');
}
