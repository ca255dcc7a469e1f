/** What a MongoDB server is to a test. */

export type ServerKind = 'given' | 'path' | 'download' | 'standin';

export interface MongodbServer {
  readonly kind: ServerKind;
  /** For people: which server this is. */
  readonly description: string;
  /** The connection string of one database on it. */
  url(databaseName: string): string;
  stop(): Promise<void>;
}

/** A server that this process started, and may end as it likes. */
export interface OwnMongodbServer extends MongodbServer {
  /** Ends it without warning, as a power cut does. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the same data. */
  restart(): Promise<void>;
}

/** No server was found, and why. */
export interface MissingMongodb {
  readonly missing: string;
}
