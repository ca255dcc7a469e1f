/** docs/upgrade.md, with a database of each earlier version: copied, migrated, used, and gone back from. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { CookieJar } from 'tough-cookie';
import { freePort } from '../../scripts/free-port.ts';
import { testedCommands, upgradeGuide } from '../storage/guide.ts';
import { visitorOf } from '../storage/visitor.ts';
import { openAdmin } from '../support/admin-command.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { appOf, CALLBACK, PASSWORD } from '../support/relying-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newUser } from '../support/user.ts';
import { databaseOf, type Recorded, recorded, recordedNames } from './recorded.ts';

const clock = new URL('./clock-at.ts', import.meta.url).href;
// The browsers here go by the clock of the providers too: else each cookie is past its time when it arrives.
process.env.CLOCK_AT = String(Math.min(...recordedNames.map((name) => recorded(name).madeAt)) + 60_000);
await import(clock);

// The programs run at the time of their database: at that of today, the browsers here would drop the cookies that they are given.
process.env.CLOCK_AT = String(Math.min(...recordedNames.map((name) => recorded(name).madeAt)));
await import(clock);

/** The installation's folder, as an operator has it, and the programs of this version on it. */
async function takeOver(t: ExecutionContext, name: string, { madeAt, secretKeys }: Recorded) {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/latchkey.db'), databaseOf(name), { mode: 0o600 });
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const environment = {
    ISSUER: issuer,
    STORAGE_URL: `sqlite:${join(folder, 'data/latchkey.db')}`,
    SECRET_KEYS: secretKeys,
    DATA_FOLDER: folder,
    NODE_OPTIONS: `--import=${clock}`,
    CLOCK_AT: String(madeAt + 60_000),
  };
  const admin = await openAdmin(t);
  return {
    issuer,
    port,
    run: async (commands: string): Promise<void> => {
      const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
      await promisify(execFile)('sh', ['-e', '-c', commands], { cwd: folder, env: { PATH } });
    },
    admin: async (args: readonly string[], input?: string): Promise<void> => {
      const { exitCode, stdout, stderr } = await admin(args, input, environment);
      t.is(exitCode, 0, `${args.join(' ')}: ${stdout}${stderr}`);
    },
    start: async () => {
      const running = await startProviderProcess({ port, environment });
      t.teardown(running.kill);
      return running;
    },
  };
}

async function browserOf({ cookies }: Recorded, issuer: string) {
  const jar = new CookieJar();
  for (const cookie of cookies) await jar.setCookie(`${cookie}; Path=/`, issuer);
  return newUser({ stopAt: CALLBACK, jar });
}

for (const name of recordedNames) {
  test(`what ${name} stored is taken over, and the copy of before goes back to it`, async (t) => {
    const before = recorded(name);
    const { issuer, port, run, admin, start } = await takeOver(t, name, before);
    await run(testedCommands('copy', upgradeGuide));
    await admin(['storage', 'migrate']);
    await admin(['storage', 'check']);
    const upgraded = await start();
    const seeded = { issuer, client: before.client, service: before.service };
    const visitor = await visitorOf(seeded, {
      user: await browserOf(before, issuer),
      refreshToken: before.refreshToken,
    });
    await visitor.goesOn(t, port);
    await visitor.goesOn(t, port);

    const keys = await got(`${issuer}/jwks`).json<JSONWebKeySet>();
    const currentDate = new Date(before.madeAt);
    await t.notThrowsAsync(jwtVerify(before.accessToken, createLocalJWKSet(keys), { currentDate }));
    await admin(['account', 'create', '--email', 'late@example.test', '--password-stdin'], PASSWORD);
    await upgraded.stop();

    await run(testedCommands('go back', upgradeGuide));
    await start();
    const { statusCode } = await appOf({ issuer }, before.client).token({
      grant_type: 'refresh_token',
      refresh_token: before.refreshToken,
    });
    t.is(statusCode, 200, 'as if it had not been used');
    await admin(['account', 'create', '--email', 'late@example.test', '--password-stdin'], PASSWORD);
  });
}
