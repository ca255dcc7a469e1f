/** What old records in the database cost a sign-in, and what purging them costs: ratios of one run. `--scale 1` is a million expired records. */
import { parseArgs } from 'node:util';
import { type GrowingDatabase, mongodbToGrow, sqliteToGrow } from './growth/databases.ts';
import { compareAtFullRate } from './growth/full-rate.ts';
import { startHost } from './growth/host-process.ts';
import { compareDoors, compareWithPurge, type MeasuringPace, openDoor } from './growth/over-http.ts';
import { copiesOf, type Growth, shapesIn } from './growth/shapes.ts';
import { newFixture } from './subjects/setup.ts';

const FULL: Growth = { expired: 1_000_000, live: 100_000 };
/** The stand-in for MongoDB is slow to fill. */
const MONGODB_SHARE = 0.05;

const scaled = (scale: number): Growth => ({
  expired: Math.round(FULL.expired * scale),
  live: Math.round(FULL.live * scale),
});

async function growFrom(database: GrowingDatabase, seed: string, grown: string, growth: Growth): Promise<void> {
  const records = await database.open(seed);
  const shapes = await shapesIn(records);
  await records.close();
  const startedAt = performance.now();
  await database.fill(grown, copiesOf(shapes, growth));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const size = `${growth.expired.toLocaleString('en')} expired and ${growth.live.toLocaleString('en')} live records`;
  console.log(
    `\n## ${database.name}\n\n${database.caution ?? ''}${size}, copies of what the flows leave, filled in ${seconds} s\n`,
  );
}

async function deletesExpired(database: GrowingDatabase, address: string): Promise<boolean> {
  const records = await database.open(address);
  await records.close();
  return records.deletesExpired === true;
}

async function measure(database: GrowingDatabase, growth: Growth): Promise<void> {
  const fixture = newFixture();
  const addressOfGrown = database.addressOf('grown');
  const host = startHost();
  try {
    const [empty, alsoEmpty] = [
      await openDoor(host, 'empty', database.addressOf('empty'), fixture),
      await openDoor(host, 'also empty', database.addressOf('also_empty'), fixture),
    ];
    await growFrom(database, database.addressOf('empty'), addressOfGrown, growth);
    const grown = await openDoor(host, 'grown', addressOfGrown, fixture);
    console.log(`${await compareDoors(host, { empty, alsoEmpty, grown }, pace)}\n`);
    for (const door of [empty, alsoEmpty]) await door.close();
    if (await deletesExpired(database, addressOfGrown))
      return console.log('This server deletes what has expired by itself: our purge rests.');
    console.log(`${await compareWithPurge(host, grown, pace)}\n`);
    await grown.close();
  } finally {
    await host.end();
  }
  const records = await database.open(addressOfGrown);
  console.log(await compareAtFullRate(records, pace));
  await records.close();
}

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '0.1' },
    database: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    'round-milliseconds': { type: 'string', default: '600' },
  },
});
const pace: MeasuringPace = { rounds: Number(values.rounds), milliseconds: Number(values['round-milliseconds']) };
const scale = Number(values.scale);
if (!(scale > 0 && scale <= 10)) throw new RangeError('--scale: 1 is a million expired records');
const databases = { sqlite: sqliteToGrow, mongodb: mongodbToGrow } as const;
for (const [name, start] of Object.entries(databases)) {
  if (values.database !== undefined && values.database !== name) continue;
  const database = await start();
  if (database === undefined) continue;
  try {
    await measure(database, scaled(name === 'mongodb' ? scale * MONGODB_SHARE : scale));
  } finally {
    await database.stop();
  }
}
