/** How a fact of the `Records` contract is stated: its title, and its proof on a store of its own. */
import type { ExecutionContext } from 'ava';
import type { StorageDriver } from '../../src/storage/driver.ts';
import type { ManualClock } from '../support/clock.ts';

export interface OpenedStore {
  readonly records: StorageDriver;
  readonly clock: ManualClock;
}

export type Fact = (title: string, proof: (t: ExecutionContext, store: OpenedStore) => Promise<void>) => void;
