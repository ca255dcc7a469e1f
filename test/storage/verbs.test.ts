/** The storage verbs of the admin command, in real processes. */
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { openAdmin } from '../support/admin-command.ts';
import { atOnce, storedRecord } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('migrate says which schema version it found and which there is now', async (t) => {
  const admin = await openAdmin(t);
  const [first, second] = [
    await admin(['storage', 'migrate', '--json']),
    await admin(['storage', 'migrate', '--json']),
  ];
  const { before, after, known } = first.json();
  t.is(before, 0);
  t.is(after, known);
  t.deepEqual(second.json(), { before: after, after, known });
});

test('purge deletes all that has expired, however much, and counts it', async (t) => {
  const admin = await openAdmin(t);
  const url = `sqlite:${join(await temporaryFolder(t), 'test.db')}`;
  const storage = await openStorage({ url, clock: systemClock, acceptNewer: false });
  t.teardown(() => storage.close());
  const expiresAt = systemClock.now() - 1;
  await atOnce(2500, (n) => storage.insert('access_tokens', storedRecord(`${n}`, '', { expiresAt })));
  await storage.insert('access_tokens', storedRecord('lives', ''));
  await storage.insert('interactions', storedRecord('old', '', { expiresAt }));
  t.deepEqual((await admin(['storage', 'purge', '--json'], '', { STORAGE_URL: url })).json(), { purged: 2501 });
  t.is(await storage.size('access_tokens'), 1);
});

test('check ends with 0 on an empty and on a healthy database, and with 1 and its findings on a damaged one', async (t) => {
  const admin = await openAdmin(t);
  const url = `sqlite:${join(await temporaryFolder(t), 'test.db')}`;
  const settings = { STORAGE_URL: url };
  await admin(['storage', 'migrate'], '', settings);
  t.is((await admin(['storage', 'check'], '', settings)).exitCode, 0);
  await admin(['account', 'create', '--email', 'ada@example.test'], '', settings);
  const healthy = await admin(['storage', 'check', '--json'], '', settings);
  t.is(healthy.exitCode, 0, healthy.stderr);
  t.like(healthy.json(), { ok: true, faults: 0, findings: [], databaseFaults: [] });

  const storage = await openStorage({ url, clock: systemClock, acceptNewer: false });
  await storage.put('clients', storedRecord('plain', '{"id":"plain"}'));
  await storage.close();
  const damaged = await admin(['storage', 'check', '--json'], '', settings);
  t.is(damaged.exitCode, 1);
  t.like(damaged.json(), { ok: false, faults: 1, findings: [{ collection: 'clients', id: 'plain' }] });
  const forPeople = await admin(['storage', 'check'], '', settings);
  t.regex(forPeople.stdout, /clients plain does not decrypt/);
});

test('a database without its index key, but with something in it, is faulty', async (t) => {
  const admin = await openAdmin(t);
  const url = `sqlite:${join(await temporaryFolder(t), 'test.db')}`;
  const storage = await openStorage({ url, clock: systemClock, acceptNewer: false });
  await storage.put('clients', storedRecord('client', ''));
  await storage.close();
  const checked = await admin(['storage', 'check', '--json'], '', { STORAGE_URL: url });
  t.is(checked.exitCode, 1);
  t.deepEqual(checked.json().databaseFaults, ['there is no index key: nothing can be found']);
});

test('a copy takes addresses with a password from files alone, and leaves the keys of development behind', async (t) => {
  const admin = await openAdmin(t);
  const [own, elsewhere] = [await temporaryFolder(t), await temporaryFolder(t)];
  const source = `sqlite:${join(own, 'source.db')}`;
  const settings = { STORAGE_URL: source, DATA_FOLDER: own };
  await admin(['account', 'create', '--email', 'ada@example.test'], '', settings);

  const withPassword = ['--to', 'mongodb://user:password@127.0.0.1/latchkey'];
  const refused = await admin(['storage', 'copy', ...withPassword], '', settings);
  t.is(refused.exitCode, 64);
  t.notRegex(refused.stderr, /user:password/);
  for (const wrong of [
    [],
    ['--to', 'nonsense'],
    ['--to', 'sqlite:x', '--to-file', 'y'],
    ['--to-file', '/nonexistent'],
  ]) {
    t.is((await admin(['storage', 'copy', ...wrong], '', settings)).exitCode, 64, wrong.join(' '));
  }

  await mkdir(join(elsewhere, 'data'));
  await writeFile(join(own, 'address'), `sqlite:${join(elsewhere, 'data', 'copy.db')}\n`);
  const copied = await admin(['storage', 'copy', '--to-file', join(own, 'address'), '--json'], '', settings);
  t.is(copied.exitCode, 0, copied.stderr);
  // With the event that the account was created, and the number of events so far.
  // Making the account is in its own record and in that of administrators.
  const records = { accounts: 1, account_identifiers: 1, counters: 2, events: 2, keys: 2 };
  t.like(copied.json(), { records, total: 8, copied: 8, removed: 0 });
  t.true((await readdir(join(elsewhere, 'data'))).every((file) => file.startsWith('copy.db')));
  t.is((await stat(join(elsewhere, 'data', 'copy.db'))).mode & 0o077, 0);
});

test('a copy from a file that is not there makes none', async (t) => {
  const admin = await openAdmin(t);
  const folder = await temporaryFolder(t);
  const args = ['--from', `sqlite:${join(folder, 'missing.db')}`, '--to', `sqlite:${join(folder, 'copy.db')}`];
  const refused = await admin(['storage', 'copy', ...args]);
  t.is(refused.exitCode, 1);
  t.regex(refused.stderr, /storage_empty/);
  t.deepEqual(await readdir(folder), []);
});

test('re-encryption with one key has nothing to do, and says so', async (t) => {
  const admin = await openAdmin(t);
  await admin(['account', 'create', '--email', 'ada@example.test']);
  const { exitCode, json } = await admin(['storage', 're-encrypt', '--json']);
  t.is(exitCode, 0);
  t.deepEqual(json(), { reEncrypted: 0, undecryptable: 0, cachedResponses: 0, olderKeys: [] });
});
