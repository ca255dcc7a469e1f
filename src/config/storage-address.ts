/** The forms of a database's address. A third database begins here; src/open-storage.ts opens what an address names. */
import { z } from 'zod';

const SQLITE = 'sqlite:';
const MONGODB = /^mongodb(?:\+srv)?:\/\/[^\s/?#]+(?:[/?][^\s]*)?$/;

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

export const storageUrl = z.string().refine(
  (text) => {
    const location = sqliteLocationIn(text);
    return location === undefined ? isMongodbUrl(text) : isPath(location);
  },
  { error: `must be one of ${forms}` },
);

export const mongodbUrl = z
  .string()
  .refine(isMongodbUrl, { error: 'must look like mongodb://host/database or mongodb+srv://host/database' });
