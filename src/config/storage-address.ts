/** The forms of a database's address. A third database begins here; src/open-storage.ts opens what an address names. */
import { z } from 'zod';

const SQLITE = 'sqlite:';
const MONGODB = /^mongodb(?:\+srv)?:\/\//;

const forms = 'mongodb://host/database, mongodb+srv://host/database, sqlite:./path/file.db or sqlite::memory:';

/** A file path, or `:memory:`; undefined when the address is not SQLite's. */
export function sqliteLocationIn(url: string): string | undefined {
  return url.startsWith(SQLITE) ? url.slice(SQLITE.length) : undefined;
}

export function isMongodbUrl(url: string): boolean {
  return MONGODB.test(url);
}

export function isInMemory(url: string | undefined): boolean {
  return url === 'sqlite::memory:';
}

/** To SQLite `sqlite://` and `file:` are URIs, not paths. */
function isPath(location: string): boolean {
  return location.trim() !== '' && !location.startsWith('//') && !location.startsWith('file:');
}

/** The address that the environment names, or the one that needs no set-up. */
export function storageUrlIn(values: {
  readonly STORAGE_URL?: string | undefined;
  readonly MONGODB_URI?: string | undefined;
}): string {
  return values.STORAGE_URL ?? values.MONGODB_URI ?? 'sqlite:./data/latchkey.db';
}

const UNESCAPED =
  'is no MongoDB address as it is written: percent-encode @ : / ? # % [ ] in the user name and password (@ is %40)';
const LONGEST_DATABASE_NAME_BYTES = 63;
/** Characters MongoDB rejects on every system (https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions). */
const NOT_IN_DATABASE_NAMES = /[/\\. "$*<>:|?\0]/;

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** One ':' may separate user and password; no other delimiter may stand unescaped. */
function areEscaped(credentials: string): boolean {
  return /^[^:@/?#[\]\s]*(?::[^:@/?#[\]\s]*)?$/.test(credentials) && decoded(credentials) !== undefined;
}

/** A socket of this machine is percent-encoded, a v6 address in brackets. */
function isHost(text: string): boolean {
  const [, name, port] = /^([^:[\]\s]+|\[[a-f\d:.]+\])(?::(.*))?$/is.exec(text) ?? [];
  if (name === undefined || decoded(name) === undefined) return false;
  return (port ?? '') === '' || (/^\d{1,5}$/.test(port ?? '') && Number(port) > 0 && Number(port) <= 65_535);
}

/** Splits the address as the driver does. The options are left to the driver, which knows them best. */
function mongodbProblem(text: string): string | undefined {
  const rest = text.replace(MONGODB, '');
  const end = rest.indexOf('@');
  const [, hosts = '', name = ''] = /^([^/?]*)(?:\/([^?]*))?/.exec(rest.slice(end + 1)) ?? [];
  // Another @ before the path belongs to the password; a # begins nothing in such an address.
  if (end >= 0 && (!areEscaped(rest.slice(0, end)) || /[@#]/.test(hosts))) return UNESCAPED;
  if (hosts === '') return 'names no host';
  if (!hosts.split(',').every(isHost)) {
    const hint = end < 0 ? '; user and password end with @' : '';
    return `names a port that is no number from 1 to 65535, or a host that is none${hint}`;
  }
  const database = decoded(name);
  if (database === undefined || NOT_IN_DATABASE_NAMES.test(database)) {
    return 'names a database that MongoDB cannot have: no space and none of / \\ . " $ * < > : | ? may be in its name';
  }
  if (Buffer.byteLength(database) > LONGEST_DATABASE_NAME_BYTES) return 'names a database with more than 63 bytes';
  return undefined;
}

function addressProblem(text: string): string | undefined {
  const location = sqliteLocationIn(text);
  if (location !== undefined) return isPath(location) ? undefined : `must be one of ${forms}`;
  if (isMongodbUrl(text)) return mongodbProblem(text);
  return `must be one of ${forms}`;
}

export const storageUrl = z.string().superRefine((text, context) => {
  const message = addressProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

export const mongodbUrl = z.string().superRefine((text, context) => {
  const isMongodb = sqliteLocationIn(text) === undefined;
  const message = isMongodb
    ? addressProblem(text)
    : 'must look like mongodb://host/database or mongodb+srv://host/database';
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
