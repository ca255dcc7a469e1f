import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Config, ConfigurationError, type ConfigurationProblem, type Environment } from './config.ts';
import { quoteProblem, unquoted } from './environment.ts';
import { codeOf, readNamedFile } from './read-file.ts';
import { decodeText, NotText } from './text.ts';
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
    const { text, ...found } = readSecret(name, file);
    if (text !== undefined) secrets[name] = text;
    if (found.problem !== undefined) problems.push({ variable, ...found, problem: found.problem });
  }
  return { environment: { ...environment, ...secrets }, problems };
}

interface Secret {
  readonly text?: string;
  readonly problem?: string;
  /** The path of a file that could be read. */
  readonly value?: string;
}

function readSecret(name: string, file: string): Secret {
  let bytes: Uint8Array;
  try {
    bytes = readNamedFile(file);
  } catch (error) {
    // What names no file that can be read may be the secret itself, put into the wrong variable.
    return { problem: `${fileProblem(error)}; its value must be a path, and is not shown in case it is the secret` };
  }
  try {
    const content = decodeText(bytes).trim();
    const text = unquoted(content) ?? content;
    const problem = contentProblem(name, content);
    return problem === undefined ? { text } : { text, problem, value: file };
  } catch (error) {
    return { problem: fileProblem(error), value: file };
  }
}

function contentProblem(name: string, text: string): string | undefined {
  if (text === '') return 'names a file that is empty';
  return quoteProblem(name, text) === undefined ? undefined : 'names a file whose content is in quotes; remove them';
}

/** Completes the sentence that the variable's name begins. */
function fileProblem(error: unknown): string {
  if (error instanceof NotText) return `names a file that ${error.problem}`;
  return `names a file that cannot be read (${codeOf(error)})`;
}

export const KEY_FILE = 'secret-keys';

/** The configured keys, or those that development keeps in the data folder; undefined while there are none. */
export function findSecretKeys({ secretKeys: configured, dataFolder }: Config): readonly Uint8Array[] | undefined {
  if (configured.length > 0) return configured;
  try {
    return keptKeys(dataFolder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error instanceof ConfigurationError ? error : unusableFolder(dataFolder, error);
  }
}

/** The same, but development makes a key where there is none. */
export function loadSecretKeys(config: Config): readonly Uint8Array[] {
  const found = findSecretKeys(config);
  if (found !== undefined) return found;
  const { mode, dataFolder } = config;
  if (mode === 'production') throw new TypeError('production without SECRET_KEYS');
  try {
    makeKey(dataFolder);
    return keptKeys(dataFolder);
  } catch (error) {
    throw error instanceof ConfigurationError ? error : unusableFolder(dataFolder, error);
  }
}

// Not the `recursive` of Node 24, which never returns where a file system makes no folders: in /proc, say.
function createFolders(folder: string): void {
  if (existsSync(folder)) return;
  createFolders(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function makeKey(dataFolder: string): void {
  createFolders(resolve(dataFolder));
  try {
    // Fails where the file exists, so that processes that start together use the first one's key.
    writeFileSync(join(dataFolder, KEY_FILE), `${randomBytes(32).toString('base64url')}\n`, {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function keptKeys(dataFolder: string): readonly Uint8Array[] {
  const { data: kept } = secretKeys.safeParse(decodeText(readNamedFile(join(dataFolder, KEY_FILE))).trim());
  if (kept !== undefined) return kept;
  const problem = `holds a damaged ${KEY_FILE} file: restore it, or start with an empty folder`;
  throw new ConfigurationError([{ variable: 'DATA_FOLDER', problem, value: dataFolder }]);
}

function unusableFolder(dataFolder: string, error: unknown): ConfigurationError {
  const problem =
    error instanceof NotText
      ? `holds a ${KEY_FILE} file that ${error.problem}; or set SECRET_KEYS`
      : `cannot keep the ${KEY_FILE} file (${codeOf(error)}): name a folder of this user, or set SECRET_KEYS`;
  return new ConfigurationError([{ variable: 'DATA_FOLDER', problem, value: dataFolder }]);
}
