/** Measures what a session, a grant and each token take in the embedded store: the numbers of docs/storage.md. */
import { DatabaseSync } from 'node:sqlite';
import { startInstallation } from '../test/support/installation.ts';
import { appOf, obtainTokens, PASSWORD, WEB_APP } from '../test/support/relying-party.ts';

const SIGN_INS = 400;
const LOGIN = 'person@example.com';

interface Size {
  readonly collection: string;
  readonly records: number;
  readonly bytesEach: number;
  readonly withIndexesEach: number;
}

/** Pages in use, those of its indexes and its side tables beside them. */
function sizeOf(database: DatabaseSync, collection: string): Size {
  const sum = (pattern: string): number =>
    Number(database.prepare('SELECT sum(pgsize) AS bytes FROM dbstat WHERE name GLOB ?').get(pattern)?.bytes ?? 0);
  const records = Number(database.prepare(`SELECT count(*) AS records FROM "${collection}"`).get()?.records);
  const own = sum(collection);
  const more = sum(`${collection}_by_*`) + sum(`${collection}_sessionId*`) + sum(`sqlite_autoindex_${collection}_*`);
  return {
    collection,
    records,
    bytesEach: Math.round(own / records),
    withIndexesEach: Math.round((own + more) / records),
  };
}

const latchkey = await startInstallation();
await latchkey.createAccount({ email: LOGIN, name: 'A Person', password: PASSWORD });
const app = appOf(latchkey, await latchkey.createClient({ ...WEB_APP }));
// One after the other: so many at once would look like guessing.
for (let done = 0; done < SIGN_INS; done += 1) {
  const { tokens } = await obtainTokens(app, LOGIN);
  await app.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
}

const database = new DatabaseSync(latchkey.config.storageUrl.slice('sqlite:'.length));
const collections = database
  .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*_sessionId'")
  .all()
  .map(({ name }) => sizeOf(database, String(name)))
  // A handful of records says more about the size of a page than about theirs.
  .filter(({ records }) => records >= SIGN_INS);
console.table(collections.toSorted((one, other) => one.collection.localeCompare(other.collection)));
database.exec('VACUUM');
const [pages, pageSize] = ['page_count', 'page_size'].map((name) =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[name]),
);
const file = (pages ?? 0) * (pageSize ?? 0);
console.log(
  `${SIGN_INS} sign-ins, each with a code exchange and one refresh: ${Math.round(file / SIGN_INS)} bytes each in the file`,
);
database.close();
await latchkey.stop();
