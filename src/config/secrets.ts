import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Config, ConfigurationError, type ConfigurationProblem, type Environment } from './config.ts';
import { secretKeys } from './value-forms.ts';
import { type Variable, variables } from './variables.ts';

/** Where `NAME_FILE` is set, takes the value of `NAME` from that file. */
export function withSecretFiles(environment: Environment): {
  readonly environment: Environment;
  readonly problems: readonly ConfigurationProblem[];
} {
  const secrets: Record<string, string> = {};
  const problems: ConfigurationProblem[] = [];
  for (const [name, { isSecret }] of Object.entries<Variable>(variables)) {
    const variable = `${name}_FILE`;
    const file = environment[variable] ?? '';
    if (isSecret === undefined || file === '') continue;
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

// Not the `recursive` of Node 24, which never returns where a file system makes no folders: in /proc, say.
function createFolders(folder: string): void {
  if (existsSync(folder)) return;
  createFolders(dirname(folder));
  let failure = 'EEXIST';
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    failure = codeOf(error);
  }
  if (failure === 'EEXIST') return;
  const problem = `names a folder that cannot be made (${failure})`;
  throw new ConfigurationError([{ variable: 'DATA_FOLDER', problem }]);
}

/** The configured keys. Development without any makes one and keeps it in the data folder. */
export function loadSecretKeys({ secretKeys: configured, mode, dataFolder }: Config): readonly Uint8Array[] {
  if (configured.length > 0) return configured;
  if (mode === 'production') throw new TypeError('production without SECRET_KEYS');
  createFolders(resolve(dataFolder));
  const path = join(dataFolder, FILE);
  try {
    // Fails where the file exists, so that processes that start together use the first one's key.
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const { data: kept } = secretKeys.safeParse(readFileSync(path, 'utf8').trim());
  if (kept !== undefined) return kept;
  const problem = `holds a damaged ${FILE} file: restore it, or start with an empty folder`;
  throw new ConfigurationError([{ variable: 'DATA_FOLDER', problem }]);
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
