/** A kind of work that every subject can be given. */
import type { Dispatcher } from 'undici';
import type { Caller } from '../measure.ts';
import type { Fixture } from '../subjects/setup.ts';

export interface Workload {
  readonly name: string;
  /** Its target's name in budget.json. */
  readonly budget?: string;
  /** What one request costs Latchkey, as test/operations pins it. */
  readonly operations: number;
  /** Ready for one round: sessions and tokens of its own, so that no round inherits another's. */
  prepare(connections: Dispatcher, fixture: Fixture): Promise<readonly Caller[]>;
}

/** So many requests are under way at a time. */
export const CALLERS = 16;

export const callers = (call: (caller: number) => Caller): readonly Caller[] =>
  Array.from({ length: CALLERS }, (_, caller) => call(caller));
