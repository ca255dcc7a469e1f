/** The key ring of a development installation: made at first start and kept in the data folder, for the owner alone. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error.ts';

const FILE = 'secret-keys';
const KEY_BYTES = 32;

function readKeys(path: string): readonly Uint8Array[] {
  const keys = readFileSync(path, 'utf8')
    .trim()
    .split(',')
    .map((text) => Buffer.from(text, 'base64url'));
  if (keys.some((key) => key.byteLength !== KEY_BYTES)) {
    throw new ConfigurationError([
      { variable: 'DATA_FOLDER', problem: `holds a damaged ${FILE} file: restore it, or start with an empty folder` },
    ]);
  }
  return keys;
}

export function loadOrMakeDevelopmentKeys(dataFolder: string): readonly Uint8Array[] {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const path = join(dataFolder, FILE);
  try {
    // Fails where the file exists: processes that start together agree on the first one's key.
    writeFileSync(path, `${randomBytes(KEY_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readKeys(path);
}
