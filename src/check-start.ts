/** Checks all that a start depends on, and changes nothing. Throws what the start would throw. */
import { createServer } from 'node:net';
import type { Config } from './config/config.ts';
import { findSecretKeys } from './config/secrets.ts';
import type { ConfigurationWarning } from './config/warnings.ts';
import { CannotListen, type ListenerAddress, listen, MAIN_LISTENER, OPS_LISTENER } from './listener/listen.ts';
import { checkStorageAddress, viewStorage } from './open-storage.ts';
import { systemClock } from './ports/clock.ts';
import { ISSUER_DOCUMENT, throwOnOtherIssuer } from './remembered-issuer.ts';
import type { StorageView } from './storage/driver.ts';
import { CannotDecrypt, createKeyRing } from './storage/encryption/key-ring.ts';
import { INDEX_KEY } from './storage/encryption/keyed-hash.ts';
import { throwOnUnfinishedCopy } from './storage/maintenance/copy.ts';
import { readKeyOnly } from './storage/records/keys.ts';
import { MailTexts } from './web/mail/mail-texts.ts';
import { openOverlay } from './web/overlay/overlay.ts';

const TIMEOUT_MILLISECONDS = 5000;
const FIRST_PORT_FOR_EVERYBODY = 1024;

/** `new` until a provider or the admin command has written to the database. */
export type FoundDatabase = 'new' | 'installation';

/**
 * What can be checked without database and network: the address of the database, the keys, the views and the files. Returns what
 * works and should be thought about.
 */
export async function checkOffline(config: Config): Promise<readonly ConfigurationWarning[]> {
  findSecretKeys(config);
  await checkStorageAddress(config.storageUrl);
  const { views, warnings } = openOverlay(config.viewsFolder);
  new MailTexts({ views, brandName: config.brandName }).check();
  return warnings;
}

export async function checkStart(config: Config): Promise<FoundDatabase> {
  await checkOffline(config);
  await checkListener({ ...MAIN_LISTENER, port: config.port, host: config.host });
  if (config.opsPort !== undefined) {
    await checkListener({ ...OPS_LISTENER, port: config.opsPort, host: config.opsHost });
  }
  const options = { clock: systemClock, acceptNewer: config.acceptNewerStorage, timeoutMs: TIMEOUT_MILLISECONDS };
  const found = await viewStorage({ ...options, url: config.storageUrl }, (view) => checkDatabase(view, config));
  return found ?? 'new';
}

/** On another port, because a provider may be running on this one. Only a low port is tried itself: the user may not be allowed it. */
async function checkListener(address: ListenerAddress): Promise<void> {
  const port = address.port < FIRST_PORT_FOR_EVERYBODY ? address.port : 0;
  const server = createServer();
  try {
    await listen(server, { ...address, port });
  } catch (error) {
    if (error instanceof CannotListen && error.code === 'EADDRINUSE') return;
    throw error instanceof CannotListen ? new CannotListen(address, error.cause as NodeJS.ErrnoException) : error;
  } finally {
    server.close();
  }
}

async function checkDatabase(view: StorageView, config: Config): Promise<FoundDatabase> {
  await throwOnUnfinishedCopy(view);
  const isNew = (await view.get('keys', INDEX_KEY)) === undefined;
  if (isNew) return 'new';
  const keys = findSecretKeys(config);
  if (keys === undefined) throw new CannotDecrypt('there is no key yet');
  const ring = createKeyRing(keys);
  await readKeyOnly(INDEX_KEY, { records: view, ring });
  throwOnOtherIssuer(config, await readKeyOnly(ISSUER_DOCUMENT, { records: view, ring }));
  return 'installation';
}
