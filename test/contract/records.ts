/** What every driver must do, as facts: the contract of the `Records` port. */
import type { ExecutionContext, TestFn } from 'ava';
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';
import { ManualClock } from '../support/clock.ts';
import { closingFacts } from './records-closing.ts';
import { counterFacts } from './records-counters.ts';
import { expiryFacts } from './records-expiry.ts';
import type { Fact } from './records-fact.ts';
import { indexFacts } from './records-indexes.ts';
import { maintenanceFacts } from './records-maintenance.ts';
import { onceFacts } from './records-once.ts';
import { pageFacts } from './records-pages.ts';
import { purgeFacts } from './records-purge.ts';
import { valueFacts } from './records-values.ts';
import { versionFacts } from './records-versions.ts';

export interface TestedDriver {
  /** Starts the title of every test. */
  readonly name: string;
  /** A store that is empty and used by this test alone; what it takes is given back by `t.teardown`. */
  open(t: ExecutionContext, clock: Clock): Promise<StorageDriver>;
}

export function recordsContract(test: TestFn, driver: TestedDriver): void {
  const fact: Fact = (title, proof) => {
    test(`${driver.name}: ${title}`, async (t) => {
      const clock = new ManualClock();
      await proof(t, { records: await driver.open(t, clock), clock });
    });
  };
  onceFacts(fact);
  versionFacts(fact);
  expiryFacts(fact);
  indexFacts(fact);
  pageFacts(fact);
  counterFacts(fact);
  purgeFacts(fact);
  valueFacts(fact);
  maintenanceFacts(fact);
  closingFacts(fact);
}
