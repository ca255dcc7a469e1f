/** Checks that the files and folders that settings name can be used, without making or changing any. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { createSecureContext } from 'node:tls';
import { readLogo } from './brand/logo.ts';
import { type CertificateFiles, ConfigurationError, type ConfigurationProblem, type Mode } from './config.ts';
import { codeOf, readNamedFile } from './read-file.ts';
import { KEY_FILE } from './secrets.ts';
import { isDefaultLocation, isInMemory, sqliteLocationIn, storageUrlIn } from './storage-address.ts';
import { NotText, withoutByteOrderMark } from './text.ts';
import type { Values, VariableName } from './variables.ts';

interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** RFC 7468 11, and the older "Proc-Type: 4,ENCRYPTED" (RFC 1421). */
function parsePrivateKey(content: Buffer): KeyObject {
  if (content.includes('ENCRYPTED')) throw new NotText('has a passphrase: write the key without one (openssl pkey)');
  return createPrivateKey(content);
}

function pemProblem(error: unknown): string {
  if (error instanceof NotText) return `names a file that ${error.problem}`;
  return `names a file that cannot be read as PEM (${codeOf(error)})`;
}

/** As the listener will find it: the rest of the chain is read too, and keys that TLS thinks too weak are refused. */
function pairProblem(pair: TlsPair): string | undefined {
  try {
    createSecureContext(pair);
    return undefined;
  } catch (error) {
    return `cannot be used with its key (${codeOf(error)})`;
  }
}

/** The certificate and its key, checked. Each file is read once: another one may be in its place a moment later. */
export function readTlsFiles({ certFile, keyFile }: CertificateFiles): TlsPair {
  const problems: ConfigurationProblem[] = [];
  const load = <T>(variable: VariableName, file: string, parse: (content: Buffer) => T) => {
    let content: Buffer | undefined;
    try {
      content = withoutByteOrderMark(readNamedFile(file));
      return { content, parsed: parse(content) };
    } catch (error) {
      // What names no file that can be read may be the key itself.
      problems.push({ variable, problem: pemProblem(error), ...(content !== undefined && { value: file }) });
      return undefined;
    }
  };
  const certificate = load('TLS_CERT_FILE', certFile, (content) => new X509Certificate(content));
  const key = load('TLS_KEY_FILE', keyFile, parsePrivateKey);
  if (certificate === undefined || key === undefined) throw new ConfigurationError(problems);
  if (!certificate.parsed.checkPrivateKey(key.parsed)) {
    const problem = 'does not belong to the certificate in TLS_CERT_FILE';
    throw new ConfigurationError([{ variable: 'TLS_KEY_FILE', problem, value: keyFile }]);
  }
  const pair = { cert: certificate.content, key: key.content };
  const problem = pairProblem(pair);
  if (problem === undefined) return pair;
  throw new ConfigurationError([{ variable: 'TLS_CERT_FILE', problem, value: certFile }]);
}

export function certificateProblems({
  TLS_CERT_FILE: certFile,
  TLS_KEY_FILE: keyFile,
}: Partial<Values>): readonly ConfigurationProblem[] {
  if (certFile === undefined && keyFile === undefined) return [];
  if (certFile === undefined) return [{ variable: 'TLS_CERT_FILE', problem: 'is missing, TLS_KEY_FILE needs it' }];
  if (keyFile === undefined) return [{ variable: 'TLS_KEY_FILE', problem: 'is missing, TLS_CERT_FILE needs it' }];
  try {
    readTlsFiles({ certFile, keyFile });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** Magic numbers of Linux for file systems in which no files can be made, whatever the rights of their folders are. */
const PROC_AND_SYS = new Set([0x9fa0, 0x62656572]);

/** For a folder that will be made if it is missing; undefined if nothing is wrong. */
function folderProblem(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined && linkedFrom(path) !== undefined)
    return `needs a folder where a link leads nowhere (${path})`;
  if (found === undefined) return folderProblem(dirname(path));
  if (!found.isDirectory()) return `needs a folder where there is a file (${path})`;
  if (PROC_AND_SYS.has(statfsSync(path).type)) return `needs a folder that can be written to (${path} cannot)`;
  accessSync(path, constants.W_OK | constants.X_OK);
  return undefined;
}

/** The target of a link, if that does not exist yet. */
function linkedFrom(path: string): string | undefined {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return undefined;
  }
}

const SQLITE_HEADER = 'SQLite format 3\0';

function isSqliteFile(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const header = Buffer.alloc(SQLITE_HEADER.length);
    const length = readSync(descriptor, header, 0, header.length, 0);
    return length === 0 || header.toString('latin1') === SQLITE_HEADER;
  } finally {
    closeSync(descriptor);
  }
}

// What SQLite keeps beside the file while it is open; its rollback journal has the longest name.
const BESIDE = ['-wal', '-shm', '-journal'];
/** SQLite's own limit for a path, with the name of the journal. */
const LONGEST_PATH_BYTES = 512;

function besideProblem(path: string): string | undefined {
  if (Buffer.byteLength(`${path}-journal`) > LONGEST_PATH_BYTES) return 'has a path that is too long for SQLite';
  const other = BESIDE.map((ending) => path + ending).find((file) => {
    // Throws where the name is too long.
    const found = statSync(file, { throwIfNoEntry: false });
    return found !== undefined && !found.isFile();
  });
  return other === undefined ? undefined : `needs ${other}, which is no file`;
}

/** Not so where a file or a link that leads nowhere is in its way. */
function couldBeMade(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found !== undefined) return found.isDirectory();
  return linkedFrom(folder) === undefined && couldBeMade(dirname(folder));
}

/** A mistyped path must not become a new, empty installation: a start makes the folder of the development default alone. */
function missingFolderProblem(folder: string): string | undefined {
  if (existsSync(folder) || !couldBeMade(folder)) return undefined;
  return `names a folder that is not there: fix the path, or make it (mkdir -p -m 700 ${folder})`;
}

function newDatabaseProblem(path: string, makesFolder: boolean): string | undefined {
  const missing = makesFolder ? undefined : missingFolderProblem(dirname(path));
  return missing ?? folderProblem(dirname(path)) ?? besideProblem(path);
}

function databaseFileProblem(path: string, makesFolder: boolean): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  const target = found === undefined ? (linkedFrom(path) ?? path) : realpathSync(path);
  if (found === undefined) return newDatabaseProblem(target, makesFolder);
  if (found.isDirectory()) return 'names a folder, but must name a file';
  if (!found.isFile()) return 'names something that is not a file';
  accessSync(path, constants.R_OK | constants.W_OK);
  if (!isSqliteFile(path)) return 'names a file that is not a database of SQLite';
  // The write-ahead log is beside the file.
  return folderProblem(dirname(target)) ?? besideProblem(target);
}

/** The file of the keys, where the folder is there already. */
function dataFolderProblem(path: string): string | undefined {
  const problem = folderProblem(path);
  if (problem !== undefined) return problem;
  const file = join(path, KEY_FILE);
  const leadsNowhere = !existsSync(file) && linkedFrom(file) !== undefined;
  return leadsNowhere ? `holds a ${KEY_FILE} that is a link that leads nowhere` : undefined;
}

/** With the links followed in that part of the path which is there. */
function followed(path: string): string {
  return existsSync(path) || path === dirname(path)
    ? realpathSync(path)
    : join(followed(dirname(path)), basename(path));
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}${sep}`);

/** Each may be fine by itself, and both cannot be made. */
function collisions(dataFolder: string, location: string): readonly ConfigurationProblem[] {
  const [folder, file] = [followed(resolve(dataFolder)), followed(resolve(location))];
  if (isWithin(folder, file)) {
    const problem = 'needs a folder where STORAGE_URL has the file of the database; name two places';
    return [{ variable: 'DATA_FOLDER', problem, value: folder }];
  }
  if (!isWithin(file, join(folder, KEY_FILE))) return [];
  const problem = `names the place of the ${KEY_FILE} in DATA_FOLDER; name another one`;
  return [{ variable: 'STORAGE_URL', problem, value: file }];
}

/** Read at every start, never written to. */
function viewsFolderProblem(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'names a folder that is not there';
  if (!found.isDirectory()) return 'names a file, but must name a folder';
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return undefined;
  } catch {
    return 'names a folder that this user may not read';
  }
}

function logoProblem(path: string): string | undefined {
  try {
    readLogo(path);
    return undefined;
  } catch (error) {
    return error instanceof NotText
      ? `names a file that ${error.problem}`
      : `names a file that cannot be read (${codeOf(error)})`;
  }
}

const causes: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'a part of its path is no folder',
  EROFS: 'nothing can be written there',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
};

function problemWith(
  variable: VariableName,
  path: string,
  find: (path: string) => string | undefined,
): readonly ConfigurationProblem[] {
  const value = resolve(path);
  let problem: string | undefined;
  try {
    problem = find(value);
  } catch (error) {
    problem = `cannot be used: ${causes[codeOf(error)] ?? codeOf(error)}`;
  }
  return problem === undefined ? [] : [{ variable, problem, value }];
}

export function pathProblems(mode: Mode, values: Partial<Values>): readonly ConfigurationProblem[] {
  const { DATA_FOLDER: dataFolder, SECRET_KEYS: keys, VIEWS_FOLDER: viewsFolder, BRAND_LOGO: logo } = values;
  const url = storageUrlIn(values);
  const location = isInMemory(url) ? undefined : sqliteLocationIn(url);
  const makesFolder = mode === 'development' && location !== undefined && isDefaultLocation(location);
  const keepsKeys = mode === 'development' && keys === undefined && dataFolder !== undefined;
  return [
    ...(location === undefined
      ? []
      : problemWith('STORAGE_URL', location, (path) => databaseFileProblem(path, makesFolder))),
    ...(keepsKeys ? problemWith('DATA_FOLDER', dataFolder, dataFolderProblem) : []),
    ...(keepsKeys && location !== undefined ? collisions(dataFolder, location) : []),
    ...(logo === undefined ? [] : problemWith('BRAND_LOGO', logo, logoProblem)),
    ...(viewsFolder === undefined ? [] : problemWith('VIEWS_FOLDER', viewsFolder, viewsFolderProblem)),
  ];
}
