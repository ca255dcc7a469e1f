/** What the log says of a database that is away. */
import test from 'ava';
import { StorageUnavailable } from '../../../src/storage/driver.ts';

test('the log learns what kind of failure it was, and nothing that a driver wrote', (t) => {
  const named = Object.assign(new Error('connect to mongodb://ada:secret@host failed'), { name: 'DriverError' });
  const coded = Object.assign(new Error('connect failed: 10.0.0.1'), { code: 'ECONNREFUSED' });

  t.deepEqual(
    [named, coded, new Error('no answer in 5500 ms'), undefined].map((cause) => new StorageUnavailable(cause).reason),
    ['DriverError', 'Error ECONNREFUSED', 'no answer in 5500 ms', 'unknown'],
  );
});
