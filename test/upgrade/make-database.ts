/** `node test/upgrade/make-database.ts NAME`, at a release: adds a database of this version to those that later ones must take over. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { API, LOGIN, SCOPE, seedInstallation } from '../storage/installation-on.ts';
import type { Owner } from '../support/owner.ts';
import { appOf, obtainTokens } from '../support/relying-party.ts';
import { databases, type Recorded } from './recorded.ts';

const [name] = process.argv.slice(2);
if (name === undefined || !/^[\w.-]+$/.test(name)) throw new Error('usage: node test/upgrade/make-database.ts NAME');

const cleaners: (() => unknown)[] = [];
const owner: Owner = { teardown: (clean) => void cleaners.push(clean) };
const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
owner.teardown(() => rm(folder, { recursive: true }));

try {
  const secretKeys = randomBytes(32).toString('base64url');
  const storageUrl = `sqlite:${join(folder, 'latchkey.db')}`;
  const seeded = await seedInstallation(owner, { storageUrl, folder, secretKeys });
  const running = await seeded.start(seeded.ports[0], secretKeys);
  const { user, tokens } = await obtainTokens(appOf(seeded, seeded.client), LOGIN);
  const service = appOf(seeded, seeded.service);
  const { body } = await service.token({ grant_type: 'client_credentials', resource: API, scope: SCOPE });
  await running.stop();
  const record: Recorded = {
    madeAt: Date.now(),
    secretKeys,
    client: seeded.client,
    service: seeded.service,
    cookies: (await user.jar.getCookies(seeded.issuer)).map((cookie) => cookie.cookieString()),
    refreshToken: tokens.refresh_token ?? '',
    accessToken: body.access_token,
  };
  const copy = join(folder, 'copy.db');
  new DatabaseSync(join(folder, 'latchkey.db')).exec(`VACUUM INTO '${copy}'`);
  await writeFile(join(databases, `${name}.db.gz`), gzipSync(await readFile(copy)));
  await writeFile(join(databases, `${name}.json`), `${JSON.stringify(record, undefined, 2)}\n`);
} finally {
  for (const clean of cleaners.reverse()) await clean();
}
