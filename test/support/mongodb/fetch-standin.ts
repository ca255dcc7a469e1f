/** Fetches the stand-in's Java archives from Maven Central into the ignored cache, once. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

// As in pom.xml.
const STANDIN_VERSION = '1.47.0';
const PATIENCE_MS = 180_000;

const cache = join(import.meta.dirname, '../../../.cache');

/** The folder with the archives. */
export async function fetchStandin(): Promise<string> {
  const folder = join(cache, `mongodb-standin-${STANDIN_VERSION}`);
  if (existsSync(folder)) return folder;
  // Others may fetch at the same time: each into its own folder, and the first to finish names the one that stays.
  const own = `${folder}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    const pom = join(import.meta.dirname, 'standin/pom.xml');
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${own}`];
    await promisify(execFile)('mvn', ['-q', '-B', '-f', pom, ...goal], { timeout: PATIENCE_MS });
    await rename(own, folder);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
