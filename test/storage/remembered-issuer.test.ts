/** Production remembers which issuer its database belongs to. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { checkStart } from '../../src/check-start.ts';
import { openInstallation } from '../../src/compose.ts';
import { ConfigurationError, type Environment } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createHost } from '../../src/host.ts';
import { openStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { copyStorage } from '../../src/storage/maintenance/copy.ts';
import { listen } from '../support/listener.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './encrypted-fixture.ts';
import { isExplained } from './starts.ts';

const SECRET_KEYS = newKey().toString('base64url');
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface Place {
  readonly settings: Environment;
  /** As a process does that serves; undefined when it started. */
  start(changes: Environment, beforeListening?: () => Promise<unknown>): Promise<string | undefined>;
  check(changes: Environment): Promise<string | undefined>;
}

async function problemOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message;
  }
}

async function place(t: ExecutionContext): Promise<Place> {
  const folder = await temporaryFolder(t);
  const settings = {
    ISSUER: 'https://one.example',
    HOST: '127.0.0.1',
    SECRET_KEYS,
    STORAGE_URL: `sqlite:${join(folder, 'test.db')}`,
    DATA_FOLDER: folder,
  };
  const start = (changes: Environment, beforeListening: () => Promise<unknown> = async () => undefined) =>
    problemOf(async () => {
      const installation = await openInstallation(readConfig({ ...settings, ...changes }));
      try {
        const host = await createHost(installation, silent);
        await beforeListening();
        await host.rememberIssuer();
      } finally {
        await installation.close();
      }
    });
  const check = (changes: Environment) => problemOf(() => checkStart(readConfig({ ...settings, ...changes })));
  return { settings, start, check };
}

test('another issuer on the same database is refused, and both are named', async (t) => {
  const { start, check } = await place(t);
  t.is(await check({ ISSUER: 'https://other.example' }), undefined, 'before the first start it is nobody’s');
  t.is(await start({}), undefined);
  const others = [
    'https://two.example',
    'https://one.example:8443',
    'https://www.one.example',
    'https://one.example.org',
    'https://xn--one-6na.example',
    'https://127.0.0.1',
    'http://localhost:3000',
    'http://[::1]:3000',
  ];
  for (const ISSUER of others) {
    for (const act of [start, check]) {
      const problem = await act({ ISSUER });
      t.true(problem?.includes(ISSUER) && problem.includes('https://one.example,'), `${ISSUER}: ${problem}`);
      t.regex(problem ?? '', /ACCEPT_NEW_ISSUER=1/);
    }
  }
  t.is(await start({}), undefined);
  t.is(await check({}), undefined);
});

test('the setting that accepts it makes the database the new one’s', async (t) => {
  const { start, check } = await place(t);
  await start({});
  const moved = { ISSUER: 'https://two.example' };
  t.is(await check({ ...moved, ACCEPT_NEW_ISSUER: '1' }), undefined);
  t.not(await start(moved), undefined, 'a check remembers nothing');
  t.is(await start({ ...moved, ACCEPT_NEW_ISSUER: '1' }), undefined);
  t.is(await start(moved), undefined);
  t.regex((await start({})) ?? '', /https:\/\/two\.example/);
});

test('development remembers nothing, and takes over no database of production', async (t) => {
  const { start } = await place(t);
  const development = { ISSUER: 'http://localhost:3000' };
  t.is(await start(development), undefined);
  t.is(await start({ ISSUER: 'http://127.0.0.1:4000' }), undefined);
  t.is(await start({}), undefined);
  t.not(await start(development), undefined);
  t.is(await start({ ...development, ACCEPT_NEW_ISSUER: '1' }), undefined);
  t.is(await start({}), undefined, 'production has kept its issuer');
});

test('of two first starts with different issuers one wins', async (t) => {
  const { start } = await place(t);
  const issuers = ['https://one.example', 'https://two.example', 'https://three.example'];
  const problems = await Promise.all(issuers.map((ISSUER) => start({ ISSUER })));
  t.is(problems.filter((problem) => problem === undefined).length, 1, problems.join('\n'));
});

test('of starts that were checked before any of them listened, the first to listen decides', async (t) => {
  const [one, two, three] = ['https://one.example', 'https://two.example', 'https://three.example'];
  const moves: readonly (readonly [Environment, Environment])[] = [
    [{ ISSUER: one }, { ISSUER: two }],
    [{ ISSUER: one }, { ISSUER: two, ACCEPT_NEW_ISSUER: '1' }],
    [
      { ISSUER: one, ACCEPT_NEW_ISSUER: '1' },
      { ISSUER: two, ACCEPT_NEW_ISSUER: '1' },
    ],
  ];
  for (const [first, second] of moves) {
    const { start } = await place(t);
    const lost = await start(second, async () => t.is(await start(first), undefined));
    t.regex(lost ?? '', /two\.example.*one\.example/);
    t.is(await start({ ISSUER: one }), undefined);
  }
  const { start } = await place(t);
  await start({ ISSUER: three });
  const accepting = { ACCEPT_NEW_ISSUER: '1' };
  const moved = async () => t.is(await start({ ISSUER: one, ...accepting }), undefined);
  t.regex((await start({ ISSUER: two, ...accepting }, moved)) ?? '', /two\.example.*one\.example/);
  t.is(await start({ ISSUER: two, ...accepting }), undefined);
  // Several instances of one installation move together.
  const together = async () => t.is(await start({ ISSUER: one, ...accepting }), undefined);
  t.is(await start({ ISSUER: one, ...accepting }, together), undefined);
});

test('a start that cannot listen remembers nothing', async (t) => {
  const { settings, start } = await place(t);
  const taken = String(((await listen(t)).server.address() as AddressInfo).port);
  const free = String(await freePort());
  const failing: readonly Readonly<Record<string, string>>[] = [
    { PORT: taken },
    { PORT: free, OPS_PORT: taken },
    { PORT: taken, WEB_CONCURRENCY: '2' },
    { PORT: free, OPS_PORT: taken, WEB_CONCURRENCY: '2' },
    { PORT: free, HOST: '192.0.2.1' },
  ];
  for (const cannotListen of failing) {
    const typo = { ...(settings as Record<string, string>), ISSUER: 'https://typo.example', ...cannotListen };
    await isExplained(t, typo, { exitCode: cannotListen.HOST === undefined ? 69 : 78, says: [/PORT|HOST/] });
  }
  t.is(await start({ ISSUER: 'https://right.example' }), undefined);
  t.regex((await start({ ISSUER: 'https://typo.example' })) ?? '', /right\.example/);
});

test('a copy belongs to the same issuer', async (t) => {
  const [one, other] = [await place(t), await place(t)];
  await one.start({});
  const open = (url: string | undefined) => openStorage({ url: url ?? '', clock: systemClock, acceptNewer: false });
  const [from, to] = [await open(one.settings.STORAGE_URL), await open(other.settings.STORAGE_URL)];
  await copyStorage({ from, to, clock: systemClock, isResumed: false });
  await Promise.all([from.close(), to.close()]);
  t.is(await other.start({}), undefined);
  t.not(await other.start({ ISSUER: 'https://two.example' }), undefined);
});

test('the process ends with 78 and says so', async (t) => {
  const { settings, start } = await place(t);
  await start({});
  const changed = { ...(settings as Record<string, string>), ISSUER: 'https://two.example' };
  await isExplained(t, changed, { exitCode: 78, says: [/two\.example/, /one\.example/, /ACCEPT_NEW_ISSUER/] });
});
