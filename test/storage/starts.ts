/** What starting on a database leads to: a process that serves, or one that ends and says why. */
import type { ExecutionContext } from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { openStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey, openEncryptedFixture } from './encrypted-fixture.ts';
import { failedStart } from './failed-start.ts';

/** Stands in addresses, and must stand nowhere else. */
export const PASSWORD = 'secret-word';

export async function isExplained(
  t: ExecutionContext,
  settings: Readonly<Record<string, string>>,
  { exitCode, says }: { exitCode: number; says: readonly RegExp[] },
): Promise<void> {
  const folder = await temporaryFolder(t);
  const failed = await failedStart({ DATA_FOLDER: folder, ...settings });
  t.is(failed.exitCode, exitCode, failed.stderr);
  for (const sentence of says) t.regex(failed.stderr, sentence);
  t.notRegex(failed.stderr + failed.stdout, new RegExp(PASSWORD));
  t.notRegex(failed.stderr, /^\s+at /m, 'no stack: nothing of ours is broken');
}

export const newerStorage = { exitCode: 69, says: [/newer version/, /schema version 99/, /ACCEPT_NEWER_STORAGE=1/] };

/** Starts although the database is newer, and serves. */
export async function startsAnyway(t: ExecutionContext, storageUrl: string, key: string): Promise<void> {
  const port = await freePort();
  const environment = {
    ISSUER: `http://localhost:${port}`,
    STORAGE_URL: storageUrl,
    SECRET_KEYS: key,
    ACCEPT_NEWER_STORAGE: '1',
  };
  const started = await startProviderProcess({ port, environment });
  t.is(await started.stop(), 0);
}

/** Makes an installation, closes it, and returns its key. */
export async function newInstallation(storageUrl: string): Promise<string> {
  const storage = await openStorage({ url: storageUrl, clock: systemClock, acceptNewer: false });
  const key = newKey();
  await openEncryptedFixture(storage, systemClock, [key]);
  await storage.close();
  return key.toString('base64url');
}
