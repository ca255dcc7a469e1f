/** Takes secrets from files: `NAME_FILE` holds the path of a file that holds the value of `NAME`. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, type ConfigurationProblem } from './config.ts';
import { type Environment, secretVariables } from './variables.ts';

export interface WithSecrets {
  readonly environment: Environment;
  readonly problems: readonly ConfigurationProblem[];
}

export function withSecretFiles(environment: Environment): WithSecrets {
  const secrets: Record<string, string> = {};
  const problems: ConfigurationProblem[] = [];
  for (const name of secretVariables) {
    const variable = `${name}_FILE`;
    const file = environment[variable] ?? '';
    if (file === '') continue;
    if ((environment[name] ?? '') !== '') {
      problems.push({ variable, problem: `is set beside ${name}; keep one of the two` });
      continue;
    }
    try {
      secrets[name] = readFileSync(file, 'utf8').trim();
      if (secrets[name] === '') problems.push({ variable, problem: 'names a file that is empty' });
    } catch (error) {
      problems.push({ variable, problem: `names a file that cannot be read (${codeOf(error)})` });
    }
  }
  return { environment: { ...environment, ...secrets }, problems };
}

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

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
