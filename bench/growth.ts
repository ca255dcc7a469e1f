/** What a database full of old records costs who signs in, and what it costs them that it is purged: ratios of one run. `--scale 1` for a million expired records. */
import { parseArgs } from 'node:util';
import { type AtTheDoorWishes, compareDoors, compareWithPurge, openDoor } from './growth/at-the-door.ts';
import { type GrowingEngine, mongodbToGrow, sqliteToGrow } from './growth/engines.ts';
import { compareAtFullRate } from './growth/full-rate.ts';
import { startHost } from './growth/host-process.ts';
import { copiesOf, type Growth, shapesIn } from './growth/shapes.ts';
import { newWorld } from './subjects/setup.ts';

const FULL: Growth = { expired: 1_000_000, live: 100_000 };
/** The stand-in for MongoDB is slow to fill. */
const MONGODB_SHARE = 0.05;

const scaled = (scale: number): Growth => ({
  expired: Math.round(FULL.expired * scale),
  live: Math.round(FULL.live * scale),
});

async function growFrom(engine: GrowingEngine, seed: string, grown: string, growth: Growth): Promise<void> {
  const records = await engine.open(seed);
  const shapes = await shapesIn(records);
  await records.close();
  const startedAt = performance.now();
  await engine.fill(grown, copiesOf(shapes, growth));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const size = `${growth.expired.toLocaleString('en')} expired and ${growth.live.toLocaleString('en')} live records`;
  console.log(
    `\n## ${engine.name}\n\n${engine.caution ?? ''}${size}, copies of what the flows leave, filled in ${seconds} s\n`,
  );
}

async function deletesExpired(engine: GrowingEngine, address: string): Promise<boolean> {
  const records = await engine.open(address);
  await records.close();
  return records.deletesExpired === true;
}

async function measure(engine: GrowingEngine, growth: Growth): Promise<void> {
  const fixture = newWorld();
  const addressOfGrown = engine.addressOf('grown');
  const host = startHost();
  try {
    const [empty, alsoEmpty] = [
      await openDoor(host, 'empty', engine.addressOf('empty'), fixture),
      await openDoor(host, 'also empty', engine.addressOf('also_empty'), fixture),
    ];
    await growFrom(engine, engine.addressOf('empty'), addressOfGrown, growth);
    const grown = await openDoor(host, 'grown', addressOfGrown, fixture);
    console.log(`${await compareDoors(host, { empty, alsoEmpty, grown }, pace)}\n`);
    for (const door of [empty, alsoEmpty]) await door.close();
    if (await deletesExpired(engine, addressOfGrown))
      return console.log('This server deletes what has expired by itself: our purge rests.');
    console.log(`${await compareWithPurge(host, grown, pace)}\n`);
    await grown.close();
  } finally {
    await host.end();
  }
  const records = await engine.open(addressOfGrown);
  console.log(await compareAtFullRate(records, pace));
  await records.close();
}

const { values } = parseArgs({
  // Whoever calls this by name leaves the name there.
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '0.1' },
    engine: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    'round-milliseconds': { type: 'string', default: '600' },
  },
});
const pace: AtTheDoorWishes = { rounds: Number(values.rounds), milliseconds: Number(values['round-milliseconds']) };
const scale = Number(values.scale);
if (!(scale > 0 && scale <= 10)) throw new RangeError('--scale: 1 is a million expired records');
const engines = { sqlite: sqliteToGrow, mongodb: mongodbToGrow } as const;
for (const [name, start] of Object.entries(engines)) {
  if (values.engine !== undefined && values.engine !== name) continue;
  const engine = await start();
  if (engine === undefined) continue;
  try {
    await measure(engine, scaled(name === 'mongodb' ? scale * MONGODB_SHARE : scale));
  } finally {
    await engine.stop();
  }
}
