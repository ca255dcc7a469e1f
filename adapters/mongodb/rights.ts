/** Which rights the user of an address lacks, as far as the server reports them: none of them is tried out. */
import { type Db, type Document, MongoServerError } from 'mongodb';

/** What scripts/mongodb-role.js grants (a test compares the two). */
const NEEDED_ACTIONS = [
  'find',
  'insert',
  'update',
  'remove',
  'createCollection',
  'createIndex',
  'listIndexes',
] as const;

interface Privilege {
  readonly resource: {
    readonly db?: string;
    readonly collection?: string;
    readonly anyResource?: boolean;
  };
  readonly actions: readonly string[];
}

/** A privilege on some collections only: it does not show what is missing on the others. */
function isPartial({ resource: { db, collection } }: Privilege, name: string): boolean {
  return (db === name || db === '') && (collection ?? '') !== '' && !collection?.startsWith('system.');
}

function covers({ resource: { db, collection, anyResource } }: Privilege, name: string): boolean {
  return anyResource === true || ((db === name || db === '') && collection === '');
}

function missingActions(privileges: readonly Privilege[], databaseName: string): readonly string[] {
  if (privileges.some((each) => isPartial(each, databaseName))) return [];
  const granted = new Set(privileges.filter((each) => covers(each, databaseName)).flatMap(({ actions }) => actions));
  return NEEDED_ACTIONS.filter((action) => !granted.has(action));
}

/** Empty for unauthenticated users, and where the server does not report privileges. */
export async function missingRights(database: Pick<Db, 'command' | 'databaseName'>): Promise<readonly string[]> {
  let status: Document;
  try {
    status = await database.command({ connectionStatus: 1, showPrivileges: true });
  } catch (error) {
    if (error instanceof MongoServerError) return [];
    throw error;
  }
  const { authenticatedUsers = [], authenticatedUserPrivileges } = status.authInfo ?? {};
  if (authenticatedUsers.length === 0 || authenticatedUserPrivileges === undefined) return [];
  return missingActions(authenticatedUserPrivileges, database.databaseName);
}
