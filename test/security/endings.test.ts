/** Whatever ends access stops every carrier of it at once (design section 8, 10): each way of ending, each carrier, one test a cell. */
import test from 'ava';
import { createProgram } from '../../scripts/admin/program.ts';
import { administratorsActs } from '../../src/domain/events/administrators-acts.ts';
import { securityEvents } from '../../src/domain/events/security-events.ts';
import { collectionNames } from '../../src/storage/collections.ts';
import { ManualClock } from '../support/clock.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { sharedProvider } from '../support/provider-fixture.ts';
import {
  type Carrier,
  carriers,
  collectionsOfCarriers,
  collectionsWithoutCarrier,
  type Held,
  holdEverything,
} from './endings/carriers.ts';
import {
  ENDING,
  verbsThatEndNothing,
  type WayName,
  wayOf,
  ways,
  waysOfEvents,
  waysOfMembers,
  waysOfPages,
  waysOfVerbs,
} from './endings/ways.ts';

const fixture = await sharedProvider({ extraOptions: pluggedFeatures, clock: new ManualClock() });
const wayNames = Object.keys(ways) as readonly WayName[];

/** Ended once a way: each cell then looks at one carrier, and looking at one tells nothing to another. */
const ended = new Map<WayName, Promise<Held>>();

function heldAfter(name: WayName): Promise<Held> {
  const known = ended.get(name);
  if (known !== undefined) return known;
  const holding = holdEverything(fixture).then(async (held) => {
    await wayOf(name).end(held, fixture);
    return held;
  });
  ended.set(name, holding);
  return holding;
}

for (const carrier of carriers) {
  test.serial(`${carrier}: works while nothing has ended it`, async (t) => {
    const held = await holdEverything(fixture);
    t.true(await held.carriers[carrier]());
  });
}

const leftAlone = (name: WayName, carrier: Carrier): string | undefined => wayOf(name).leaves?.[carrier];

for (const name of wayNames) {
  for (const carrier of carriers) {
    const reason = leftAlone(name, carrier);
    test.serial(`${name}: ${carrier} ${reason === undefined ? 'ends at once' : `stays: ${reason}`}`, async (t) => {
      const held = await heldAfter(name);
      t.is(await held.carriers[carrier](), reason !== undefined);
    });
  }
}

test('every collection holds a carrier that the table has, or is said to hold none', (t) => {
  const known = [...Object.keys(collectionsOfCarriers), ...Object.keys(collectionsWithoutCarrier)];
  t.deepEqual([...collectionNames].sort(), known.sort());
  for (const carrier of Object.values(collectionsOfCarriers)) t.true(carriers.includes(carrier));
});

test('every verb of the admin command is a way that the table has, or is said to end nothing', (t) => {
  const verbs = createProgram().commands.flatMap((noun) =>
    noun.commands.map((verb) => `${noun.name()} ${verb.name()}`),
  );
  t.deepEqual(verbs.sort(), [...Object.keys(waysOfVerbs), ...verbsThatEndNothing].sort());
  for (const name of Object.values(waysOfVerbs).flat()) t.true(wayNames.includes(name));
});

test('every event that tells of an end is a way that the table has', (t) => {
  const ofRequests = Object.keys(securityEvents).filter(
    (event) => !(event in administratorsActs) && ENDING.test(event),
  );
  // A pushed request or an assertion that comes again: no user, and nothing issued. What is proven without a factor is less, not nothing.
  const others = ['grant.replayed', 'account.factor_removed'];
  t.deepEqual(ofRequests.filter((event) => !others.includes(event)).sort(), Object.keys(waysOfEvents).sort());
  const used = new Set(
    [waysOfVerbs, waysOfEvents, waysOfPages, waysOfMembers].flatMap((table) => Object.values(table).flat()),
  );
  t.deepEqual([...used].sort(), [...wayNames].sort());
});
