/** What an operator reads when a process could not start. */
import test from 'ava';
import { ConfigurationError } from '../../../src/config/config.ts';
import { connectionLimit } from '../../../src/connection-limit.ts';
import { explainFailure } from '../../../src/start-failure.ts';
import { StorageUnavailable } from '../../../src/storage/driver.ts';

test('a failure that nobody foresaw is printed with its stack, and with those of its causes', (t) => {
  const text = explainFailure(new TypeError('cannot read that', { cause: new RangeError('out of it') }));
  t.regex(text, /TypeError: cannot read that\n\s+at .*start-failure\.test\.ts/);
  t.regex(text, /caused by: RangeError: out of it\n\s+at /);
});

test('an expected failure is explained without a stack', (t) => {
  const errors = [
    new ConfigurationError([{ variable: 'ISSUER', problem: 'is missing' }]),
    new StorageUnavailable(new Error('nobody there')),
    Object.assign(new Error('listen'), { code: 'EADDRINUSE' }),
  ];
  for (const error of errors) t.notRegex(explainFailure(error), /\n\s+at /);
});

test('the connections of a process leave room for its other files, whatever it may have open', (t) => {
  for (const descriptors of [150, 200, 256, 1024, 4096, 65_536, 1_048_576]) {
    const limit = connectionLimit(descriptors);
    t.true(limit >= 16);
    t.true(limit < descriptors - 60, String(descriptors));
    t.true(limit <= 20_000);
  }
});
