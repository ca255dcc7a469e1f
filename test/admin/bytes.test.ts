/** What the admin command takes from files, standard input and arguments is text, or is refused by name. */
import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { checkArguments, readJsonObject, readTextFile } from '../../scripts/admin/input.ts';
import { UsageError } from '../../scripts/usage-error.ts';
import { openAdmin } from '../support/admin-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a byte order mark in a JSON file, an address file or standard input is skipped', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'claims.json');
  writeFileSync(file, '\u{FEFF}{"team":"Möwe"}');
  t.deepEqual(await readJsonObject(file), { team: 'Möwe' });
  writeFileSync(file, '\u{FEFF}mongodb://db/latchkey');
  t.is(await readTextFile(file), 'mongodb://db/latchkey');
  const admin = await openAdmin(t);
  const metadata = '\u{FEFF}{"client_name":"Möwe","redirect_uris":["https://a.test/cb"]}';
  const created = await admin(['client', 'create', '--metadata', '-', '--json'], metadata);
  t.is(created.exitCode, 0, created.stderr);
  t.is(created.json().client_name, 'Möwe');
});

const broken: Readonly<Record<string, Uint8Array>> = {
  latin1: Buffer.from('{"team":"Möwe"}', 'latin1'),
  'utf-16': Buffer.from('\u{FEFF}{"team":"x"}', 'utf16le'),
  'utf-16 without a mark': Buffer.from('{"team":"x"}', 'utf16le'),
  'cut within a character': Buffer.from('{"team":"ö').subarray(0, -1),
  'a surrogate in UTF-8': Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xed, 0xa0, 0x80), Buffer.from('"}')]),
  'half a character in an escape': Buffer.from('{"team":"\\ud83d"}'),
  'half a character in a name': Buffer.from('{"te\\udc00am":"x"}'),
  'half a character deep inside': Buffer.from('{"a":[{"b":["\\ud800x"]}]}'),
  'what Node put in place of bytes': Buffer.from('{"team":"M\u{FFFD}we"}'),
};

for (const [title, content] of Object.entries(broken)) {
  test(`a file with ${title} is refused by its name`, async (t) => {
    const file = join(await temporaryFolder(t), 'claims.json');
    writeFileSync(file, content);
    const error = await t.throwsAsync(readJsonObject(file), { instanceOf: UsageError });
    t.true(error.message.includes(file), error.message);
  });
}

test('a whole character may be escaped as two halves', async (t) => {
  const file = join(await temporaryFolder(t), 'claims.json');
  writeFileSync(file, '{"team":"\\ud83d\\ude00"}');
  t.deepEqual(await readJsonObject(file), { team: '\u{1F600}' });
});

test('an argument that was no UTF-8 is refused with the name of its flag', async (t) => {
  const flags = [
    [['account', 'create', '--name', 'M\u{FFFD}we'], '--name'],
    [['account', 'create', '--email=\u{FFFD}@a.test'], '--email'],
    [['client', 'create', '--redirect-uri', 'https://a.test/\u{FFFD}', '--name', 'x'], '--redirect-uri'],
    [['resource', 'create', '--scope', 'a=\u{FFFD}'], '--scope'],
    [['account', 'show', '\u{FFFD}'], 'argument 3'],
  ] as const;
  for (const [args, name] of flags) {
    const error = t.throws(() => checkArguments(args), { instanceOf: UsageError });
    t.true(error.message.includes(name), error.message);
  }
  t.notThrows(() => checkArguments(['account', 'create', '--name', 'Möwe \u{1F600}']));
  const admin = await openAdmin(t);
  t.is((await admin(['account', 'create', '--email', 'a@a.test', '--name', 'M\u{FFFD}we'])).exitCode, 64);
});

test('a file that never ends, is too large, empty or a pipe that nobody writes to is refused by its name', async (t) => {
  const folder = await temporaryFolder(t);
  const [pipe, large, empty] = ['pipe', 'large', 'empty'].map((name) => join(folder, name)) as [string, string, string];
  t.is(spawnSync('mkfifo', [pipe]).status, 0);
  writeFileSync(large, '');
  truncateSync(large, 2 ** 36);
  writeFileSync(empty, '');
  for (const file of [pipe, large, empty, folder, '/dev/zero', '/dev/random', '/dev/null', '/dev/full']) {
    for (const read of [readJsonObject, readTextFile]) {
      const error = await t.throwsAsync(read(file), { instanceOf: UsageError }, file);
      t.true(error.message.includes(file), error.message);
    }
  }
  const admin = await openAdmin(t);
  for (const file of [pipe, '/dev/zero']) {
    t.is((await admin(['client', 'create', '--metadata', file])).exitCode, 64, file);
  }
});

test('a pipe that somebody writes to is read to its end, however slowly it comes', async (t) => {
  const pipe = join(await temporaryFolder(t), 'pipe');
  t.is(spawnSync('mkfifo', [pipe]).status, 0);
  // For both, so that it does not wait for a reader.
  const writer = await open(pipe, 'r+');
  const read = readJsonObject(pipe);
  // More than a pipe holds, so this ends when most of it was read.
  const team = 'x'.repeat(400_000);
  await writer.write(`{"team":"${team}`);
  await writer.write('"}');
  await writer.close();
  t.deepEqual(await read, { team });
});
