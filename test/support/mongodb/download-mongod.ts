/** Prints the path of a genuine mongod, downloaded into the ignored cache when it is not there: run as a process of its own. */
import { join } from 'node:path';
import { MongoBinary } from 'mongodb-memory-server-core';

// Without a network it would try for long.
process.env.MONGOMS_MAX_RETRIES ??= '1';

try {
  const downloadDir = join(import.meta.dirname, '../../../.cache/mongod');
  process.stdout.write(await MongoBinary.getPath({ downloadDir }));
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
