/** The databases that the browser tests run on: both drivers, as far as this machine has them. */
import type { ExecutionContext } from 'ava';
import { mongodbDriver } from '../support/mongodb/mongodb-driver.ts';

export interface Storage {
  readonly name: 'sqlite' | 'mongodb';
  /** The address of an empty database; absent: a file that the installation makes for itself. */
  storageUrl?(t: ExecutionContext): Promise<string>;
}

const sqlite: Storage = { name: 'sqlite' };
const mongodb = await mongodbDriver();

export const storages: readonly Storage[] =
  mongodb === undefined
    ? [sqlite]
    : [
        sqlite,
        {
          name: 'mongodb',
          async storageUrl(t) {
            const { url, drop } = await mongodb.lendDatabase();
            t.teardown(drop);
            return url;
          },
        },
      ];
