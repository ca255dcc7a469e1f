/** A provider that kills itself at one call on its storage, named by DIES_AT: `insert cached_token_responses before`. */
import type { Collection } from '../../src/storage/collections.ts';
import type { Records } from '../../src/storage/driver.ts';
import { gatedRecords } from './gated-records.ts';
import { serveWithSeams } from './serve-with-seams.ts';

const [method, collection, when] = (process.env.DIES_AT ?? '').split(' ') as [
  keyof Records,
  Collection,
  'before' | 'after',
];

const gates = gatedRecords();
await serveWithSeams({ wrapRecords: gates.wrapRecords });
await gates.holdNext(method, collection, when).reached;
process.kill(process.pid, 'SIGKILL');
