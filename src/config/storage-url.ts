/** Parses the address of the database. It may hold a password, so no message repeats it. */
import { z } from 'zod';

const MONGODB = /^mongodb(?:\+srv)?:\/\/[^\s/?#]+(?:[/?][^\s]*)?$/;

const forms = 'mongodb://host/database, mongodb+srv://host/database, sqlite:./path/file.db or sqlite::memory:';

export const mongodbUrl = z
  .string()
  .regex(MONGODB, { error: 'must look like mongodb://host/database or mongodb+srv://host/database' });

export const storageUrl = z.string().refine(
  (text) => {
    if (!text.startsWith('sqlite:')) return MONGODB.test(text);
    const path = text.slice('sqlite:'.length);
    // `sqlite://` and `file:` are URI forms that SQLite or a reader would take for something else than a path.
    return path.trim() !== '' && !path.startsWith('//') && !path.startsWith('file:');
  },
  { error: `must be one of ${forms}` },
);

export function isInMemory(url: string): boolean {
  return url === 'sqlite::memory:';
}
