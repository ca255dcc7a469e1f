/** The forms of a database's address. A third database begins here; src/open-storage.ts opens what an address names. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
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

const DEFAULT_URL = 'sqlite:./data/latchkey.db';

/** Of the one database whose folder is made where it is missing. */
export function isDefaultLocation(location: string): boolean {
  return resolve(location) === resolve(DEFAULT_URL.slice(SQLITE.length));
}

/** False for a database that is no file. */
export function isMissingFile(url: string): boolean {
  const location = sqliteLocationIn(url);
  return location !== undefined && !isInMemory(url) && !existsSync(location);
}

/** The address that the environment names, or the one that needs no set-up. */
export function storageUrlIn(values: {
  readonly STORAGE_URL?: string | undefined;
  readonly MONGODB_URI?: string | undefined;
}): string {
  return values.STORAGE_URL ?? values.MONGODB_URI ?? DEFAULT_URL;
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

interface MongodbAddress {
  readonly scheme: string;
  /** Absent where the address has none. */
  readonly credentials?: string;
  readonly hosts: string;
  readonly database: string;
  readonly options: readonly string[];
}

/** In the driver's way: user and password end at the first @, whatever follows. */
export function partsOfMongodbAddress(text: string): MongodbAddress {
  const [scheme = ''] = MONGODB.exec(text) ?? [];
  const rest = text.slice(scheme.length);
  const end = rest.indexOf('@');
  const [, hosts = '', database = '', query = ''] =
    /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest.slice(end + 1)) ?? [];
  const options = query === '' ? [] : query.split('&');
  return { scheme, ...(end >= 0 && { credentials: rest.slice(0, end) }), hosts, database, options };
}

/** Another @ belongs to the password, unless it is in the value of an option; a # begins nothing in such an address. */
function hasUnescaped({ credentials, hosts, database, options }: MongodbAddress): boolean {
  if (credentials === undefined) return false;
  if (!areEscaped(credentials) || /[@#]/.test(hosts) || database.includes('@')) return true;
  return options.some((option) => option.replace(/=.*/s, '').includes('@'));
}

/** What is wrong with the parts of a MongoDB address; its options the driver knows best. */
function mongodbProblem(text: string): string | undefined {
  const parts = partsOfMongodbAddress(text);
  const { credentials, hosts, database: name } = parts;
  if (hasUnescaped(parts)) return UNESCAPED;
  if (hosts === '') return 'names no host';
  if (!hosts.split(',').every(isHost)) {
    const hint = credentials === undefined ? '; user and password end with @' : '';
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
