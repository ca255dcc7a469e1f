/** Tells which commands a driver sent would make the server look at more than an index points at. */
import type { CommandStartedEvent, Document } from 'mongodb';
import { type Collection, collectionNames, collections } from '../../../src/storage/collections.ts';

export interface CommandFilter {
  readonly collection: string;
  readonly filter: Document;
  readonly sort?: Document;
}

// They look at no document, or at one that they bring along.
const WITHOUT_FILTER = [
  'insert',
  'createIndexes',
  'ping',
  'hello',
  'isMaster',
  'getMore',
  'killCursors',
  'endSessions',
];

/** What a command searches for; undefined for a command that nobody has thought about. */
export function filtersOf({ commandName, command }: CommandStartedEvent): readonly CommandFilter[] | undefined {
  const collection = String(command[commandName]);
  if (WITHOUT_FILTER.includes(commandName)) return [];
  switch (commandName) {
    case 'find':
      return [{ collection, filter: command.filter, ...(command.sort && { sort: command.sort }) }];
    case 'update':
      return command.updates.map(({ q }: Document) => ({ collection, filter: q }));
    case 'delete':
      return command.deletes.map(({ q }: Document) => ({ collection, filter: q }));
    case 'findAndModify':
      return [{ collection, filter: command.query }];
    default:
      return undefined;
  }
}

const isCollection = (name: string): name is Collection => collectionNames.some((each) => each === name);

// Every index but that of the expiry ends with `_id`, so that it gives this order and no other without sorting.
const isOrderOfIndexes = (sort: Document | undefined): boolean =>
  sort === undefined || JSON.stringify(sort instanceof Map ? Object.fromEntries(sort) : sort) === '{"_id":1}';

function isLed({ collection, filter, sort }: CommandFilter): boolean {
  if (!isOrderOfIndexes(sort)) return false;
  const indexes = isCollection(collection) ? Object.keys(collections[collection].indexes) : [];
  const isExpiryAlone = Object.keys(filter).join() === 'expiresAt' && '$lte' in filter.expiresAt;
  return '_id' in filter || indexes.some((index) => typeof filter[index] === 'string') || isExpiryAlone;
}

/** The commands that no declared index leads, as text. */
export function unledCommands(commands: readonly CommandStartedEvent[]): readonly string[] {
  return commands
    .filter((event) => !(filtersOf(event)?.every(isLed) ?? false))
    .map(({ commandName, command }) => `${commandName} ${JSON.stringify(command)}`);
}
