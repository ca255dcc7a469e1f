/** What the resource store promises. */
import test from 'ava';
import type { Resource } from '../../src/storage/records/resources.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce, tally } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const notes: Resource = {
  identifier: 'https://notes.example.test',
  scopes: { 'notes:read': 'Read your notes' },
  format: 'jwt',
  ttlSeconds: 600,
  alg: 'ES256',
  introspectionClients: [],
};

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 50 resources declared at once with one identifier exactly one exists`, async (t) => {
    const { resources } = await openStores(t, driver);
    const answers = await atOnce(50, () => resources.create(notes));
    t.is(tally(answers, true), 1);
    t.deepEqual(await resources.get(notes.identifier), notes);
  });

  test(`${driver.name}: an identifier is exact, a slash more names another resource`, async (t) => {
    const { resources } = await openStores(t, driver);
    await resources.create(notes);
    t.is(await resources.get(`${notes.identifier}/`), undefined);
    t.true(await resources.create({ ...notes, identifier: `${notes.identifier}/` }));
  });

  test(`${driver.name}: a resource is removed once and listed no more`, async (t) => {
    const { resources } = await openStores(t, driver);
    await resources.create(notes);
    t.true(await resources.remove(notes.identifier));
    t.false(await resources.remove(notes.identifier));
    t.deepEqual(await resources.list({ limit: 10 }), { items: [], next: null });
  });
});
