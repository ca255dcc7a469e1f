/** What the admin command could not write is said in one sentence and by its exit code; a reader that stops early is no failure. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { seederOf } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const command = join(import.meta.dirname, '../../scripts/admin.ts');
/** More in a list than a pipe takes at once. */
const RESOURCES = 900;

const LIST = 'resource list --limit 1000';
const CREATE = 'client create --name Shop --redirect-uri https://shop.example.com/callback';

async function openShell(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const settings = { DATA_FOLDER: folder, STORAGE_URL: `sqlite:${join(folder, 'test.db')}`, BCRYPT_COST: '4' };
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, NODE: process.execPath, ADMIN: command, ...settings };
  /** `$ADMIN` is the command; gives the exit code of the script, and what it wrote to standard error. */
  const run = async (script: string) => {
    const child = spawn('/bin/sh', ['-c', script.replace('ADMIN', '"$NODE" "$ADMIN"')], { env });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    // Lines of the log are no sentences.
    const sentences = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    return { stdout, stderr, sentences, exitCode };
  };
  await (await openInstallation(readConfig(settings))).close();
  return { run, settings };
}

/** Writes the exit code of what stands before a pipe. */
const piped = (script: string, reader: string): string => `{ ADMIN ${script}; echo "code $?" >&2; } | ${reader}`;
const codeIn = (stderr: string): number => Number(/^code (\d+)$/m.exec(stderr)?.[1]);

const unwritable = [
  `${LIST} > /dev/full`,
  `${LIST} --json 1< /dev/zero`,
  'config check --json 1>> /dev/full',
  '--help 1<> /dev/full',
  'client create --help > /dev/full',
];

test('a result that cannot be written is one sentence, and exit code 74', async (t) => {
  const { run } = await openShell(t);
  for (const script of unwritable) {
    const { exitCode, sentences } = await run(`ADMIN ${script}`);
    t.deepEqual([exitCode, sentences.length], [74, 1], `${script}: ${sentences.join('\n')}`);
  }
});

test('a secret that could not be shown: the client exists, and the sentence says how it gets another secret', async (t) => {
  const { run } = await openShell(t);
  const RESOURCE = 'resource create --identifier https://api.example.com/ --introspection-client';
  for (const script of [`${CREATE} > /dev/full`, `${CREATE} --json >&-`, `${RESOURCE} > /dev/null`]) {
    const { exitCode, sentences } = await run(`ADMIN ${script}`);
    t.deepEqual([exitCode, sentences.length], [74, 1], `${script}: ${sentences.join('\n')}`);
    const [, clientId = ''] = /"client rotate-secret ([\w-]+)"/.exec(sentences[0] ?? '') ?? [];
    const again = await run(`ADMIN client rotate-secret ${clientId} 1< /dev/zero`);
    t.is(again.exitCode, 74);
    t.true(again.sentences[0]?.includes(clientId));
    t.regex((await run(`ADMIN client rotate-secret ${clientId}`)).stdout, /client_secret/);
  }
});

test('nobody reads: a list just ends, and of a secret it is said', async (t) => {
  const { run } = await openShell(t);
  const listed = await run(piped(LIST, 'true'));
  t.deepEqual([codeIn(listed.stderr), listed.sentences.length], [0, 1], listed.stderr);
  const created = await run(piped(CREATE, 'head -0'));
  t.deepEqual([codeIn(created.stderr), created.sentences.length], [74, 2], created.stderr);
});

test('a reader that ends in the middle of a long list is no failure, and one that goes on gets all of it', async (t) => {
  const { run, settings } = await openShell(t);
  const installation = await openInstallation(readConfig(settings));
  const { createResource } = seederOf(installation);
  const identifiers = Array.from(
    { length: RESOURCES },
    (_, number) => `https://${number}.${'x'.repeat(60)}.example.com/`,
  );
  await Promise.all(identifiers.map((identifier) => createResource({ identifier, scopes: { read: 'Read' } })));
  await installation.close();
  const ended = await run(piped(LIST, 'head -1'));
  t.deepEqual([codeIn(ended.stderr), ended.sentences.length], [0, 1], ended.stderr);
  for (const reader of ['cat', '{ sleep 0.5; cat; }', 'dd bs=512 2> /dev/null']) {
    const { stdout } = await run(piped(`${LIST} --json`, reader));
    t.is((JSON.parse(stdout) as { items: unknown[] }).items.length, RESOURCES, reader);
  }
});

test('a long sentence arrives whole at a reader that comes late to standard error', async (t) => {
  const { run } = await openShell(t);
  const { stdout } = await run('ADMIN $(printf %0120000d 0) 2>&1 > /dev/null | { sleep 0.5; cat; }');
  t.true(stdout.length > 120_000, String(stdout.length));
});

test('what cannot be said on standard error changes no exit code', async (t) => {
  const { run } = await openShell(t);
  t.is((await run('ADMIN account list 2> /dev/full')).exitCode, 0);
  t.is((await run(`ADMIN ${CREATE} 2>&-`)).exitCode, 0);
  t.is((await run('ADMIN account show nobody 2< /dev/zero')).exitCode, 1);
  t.is((await run(`ADMIN ${LIST} > /dev/full 2>&1`)).exitCode, 74);
});
