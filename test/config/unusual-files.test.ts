/** What a setting names is read in bounded time and memory, also when it is no file that ends. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkOffline } from '../../src/check-start.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { exitCodeOf, explainFailure } from '../../src/start-failure.ts';
import { selfSigned } from '../support/self-signed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { certificate, key } = selfSigned();

async function unusualFiles(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  t.is(spawnSync('mkfifo', [join(folder, 'pipe')]).status, 0);
  writeFileSync(join(folder, 'large'), '');
  // Takes no room on the disk.
  truncateSync(join(folder, 'large'), 2 ** 36);
  writeFileSync(join(folder, 'rather large'), 'x'.repeat(1_048_577));
  mkdirSync(join(folder, 'folder'));
  const server = createServer().listen(join(folder, 'socket'));
  t.teardown(() => server.close());
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  writeFileSync(join(folder, 'cert.pem'), certificate);
  writeFileSync(join(folder, 'key.pem'), key);
  return folder;
}

const mongodb = 'mongodb://app:word@127.0.0.1:1/l?tls=true&';
const settings: Readonly<Record<string, (file: string, folder: string) => Readonly<Record<string, string>>>> = {
  SECRET_KEYS_FILE: (file) => ({ SECRET_KEYS_FILE: file }),
  STORAGE_URL_FILE: (file) => ({ STORAGE_URL_FILE: file }),
  MONGODB_URI_FILE: (file) => ({ MONGODB_URI_FILE: file }),
  TLS_CERT_FILE: (file, folder) => ({ TLS_CERT_FILE: file, TLS_KEY_FILE: `${folder}/key.pem` }),
  TLS_KEY_FILE: (file, folder) => ({ TLS_CERT_FILE: `${folder}/cert.pem`, TLS_KEY_FILE: file }),
  tlsCAFile: (file) => ({ STORAGE_URL: `${mongodb}tlsCAFile=${file}` }),
  tlsCRLFile: (file) => ({ STORAGE_URL: `${mongodb}tlsCRLFile=${file}` }),
  tlsCertificateKeyFile: (file) => ({ STORAGE_URL: `${mongodb}tlsCertificateKeyFile=${file}` }),
};

for (const [name, settingsWith] of Object.entries(settings)) {
  test(`a pipe, a device, a socket, a folder or a very large file is refused by its setting: ${name}`, async (t) => {
    const folder = await unusualFiles(t);
    const own = ['pipe', 'large', 'rather large', 'socket', 'folder'].map((file) => join(folder, file));
    for (const file of [...own, '/dev/zero', '/dev/random', '/dev/null', '/dev/full']) {
      const environment = { STORAGE_URL: 'sqlite::memory:', ...settingsWith(file, folder) };
      if ('STORAGE_URL_FILE' in environment || 'MONGODB_URI_FILE' in environment) environment.STORAGE_URL = '';
      const error = await t.throwsAsync(async () => checkOffline(configFromEnvironment(environment)), undefined, file);
      t.is(exitCodeOf(error), 78, file);
      t.true(explainFailure(error).includes(name), explainFailure(error));
      t.notRegex(explainFailure(error), /\n\s+at /);
    }
  });
}

test('so is a data folder whose key is one', async (t) => {
  const folder = await unusualFiles(t);
  const kinds = ['pipe', 'large', 'folder', '/dev/zero', '/dev/random'];
  for (const [at, kind] of kinds.entries()) {
    const DATA_FOLDER = join(folder, `data${at}`);
    mkdirSync(DATA_FOLDER);
    const target = kind.startsWith('/') ? kind : join(folder, kind);
    t.is(spawnSync('ln', ['-s', target, join(DATA_FOLDER, 'secret-keys')]).status, 0);
    const environment = { STORAGE_URL: 'sqlite::memory:', DATA_FOLDER };
    const error = await t.throwsAsync(async () => checkOffline(configFromEnvironment(environment)), undefined, kind);
    t.is(exitCodeOf(error), 78, kind);
    t.regex(explainFailure(error), /DATA_FOLDER/);
  }
});
