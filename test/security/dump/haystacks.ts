/** Everything that a thief of the database and the data folder would hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import type { Haystack } from './find-secrets.ts';

/** Byte for byte, the write-ahead log included. */
export function filesIn(folder: string): Haystack[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: `file ${relative(folder, path)}`, bytes: readFileSync(path) }));
}

function sqliteRows(path: string): Haystack[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return tables.flatMap(({ name }) =>
      database
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .map((row) => ({
          name: `table ${name}`,
          // A column may hold what the file spreads over several pages.
          bytes: Buffer.concat(
            Object.values(row).map((value) => (value instanceof Uint8Array ? value : Buffer.from(String(value)))),
          ),
        })),
    );
  } finally {
    database.close();
  }
}

async function mongodbDocuments(url: string): Promise<Haystack[]> {
  const client = new MongoClient(url);
  try {
    const found: Haystack[] = [];
    for (const { name } of await client.db().listCollections().toArray()) {
      // BSON as the server sends it: texts and bytes stand in it as they are.
      const documents = client.db().collection(name).find({}, { raw: true });
      for await (const bytes of documents)
        found.push({ name: `collection ${name}`, bytes: bytes as unknown as Buffer });
    }
    return found;
  } finally {
    await client.close();
  }
}

export async function databaseAt(url: string): Promise<Haystack[]> {
  return url.startsWith('sqlite:') ? sqliteRows(url.slice('sqlite:'.length)) : mongodbDocuments(url);
}
