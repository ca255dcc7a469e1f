/** What an address of MongoDB is told when it cannot be used: the likely cause, and never the secret. */
import test from 'ava';
import { invalidAddress } from '../../adapters/mongodb/addresses.ts';
import { connectionTo } from '../../adapters/mongodb/connection.ts';
import { problemsOf } from './settings.ts';

const SECRET = 'hunter2';

const causes: readonly (readonly [string, RegExp])[] = [
  ...['@', '/', '?', '#', ':', '[', ']', '%', '%zz', ' ', '%ff'].map(
    (sign) => [`mongodb://user:${SECRET}${sign}x@db/latchkey`, /percent-encode @ : \/ \? # %/] as const,
  ),
  [`mongodb://us@er:${SECRET}@db/latchkey`, /percent-encode/],
  [`mongodb+srv://us/er:${SECRET}@db.example/latchkey`, /percent-encode/],
  [`mongodb://${SECRET}@x@db/latchkey`, /percent-encode/],
  [`mongodb://user:${SECRET}@db:99999/latchkey`, /port/],
  [`mongodb://user:${SECRET}@db:0/latchkey`, /port/],
  [`mongodb://user:${SECRET}@one:27017,two:270170/latchkey`, /port/],
  [`mongodb://user:${SECRET}@[::1]:65536/latchkey`, /port/],
  [`mongodb://user:${SECRET}@db:27017:1/latchkey`, /port/],
  // The @ was forgotten.
  [`mongodb://user:${SECRET}/latchkey`, /port/],
  [`mongodb://user:${SECRET}@/latchkey`, /host/],
  [`mongodb://user:${SECRET}@one,,two/latchkey`, /host/],
  [`mongodb://user:${SECRET}@db/latch.key`, /database/],
  [`mongodb://user:${SECRET}@db/latch key`, /database/],
  [`mongodb://user:${SECRET}@db/latch%24key`, /database/],
  [`mongodb://user:${SECRET}@db/a/b`, /database/],
  [`mongodb://user:${SECRET}@db/%`, /database/],
  [`mongodb://user:${SECRET}@db/${'x'.repeat(64)}`, /database/],
];

for (const [url, says] of causes) {
  test(`refused with its cause: ${url.replace(SECRET, '...')}`, (t) => {
    for (const variable of ['STORAGE_URL', 'MONGODB_URI']) {
      const [problem, ...others] = problemsOf({ [variable]: url });
      t.is(problem?.variable, variable);
      t.regex(problem?.problem ?? '', says);
      t.deepEqual(others, []);
      t.false(JSON.stringify(problem).includes(SECRET));
    }
  });
}

test('what is escaped, and every usual form, is accepted', (t) => {
  for (const url of [
    'mongodb://user:p%40%3A%2F%3F%23%25%5B%5Dss@db/latchkey',
    'mongodb://user:p$&!*()+,;=~ä@db/latchkey?appName=a@b',
    'mongodb://user@db',
    'mongodb://db?tls=true',
    'mongodb://[::1]:27017,[fd00::1]/latchkey',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/latchkey',
    'mongodb+srv://user:pass@cluster.example.net/?retryWrites=true',
  ]) {
    t.deepEqual(problemsOf({ STORAGE_URL: url }), [], url);
  }
});

test('what the driver says of an option quotes no secret', (t) => {
  const words = encodeURIComponent('top/secret');
  for (const options of [
    `noSuchOption=${SECRET}`,
    `tls=${SECRET}`,
    `maxPoolSize=${SECRET}`,
    `authMechanism=${SECRET}`,
    `readPreference=${SECRET}`,
    `compressors=${SECRET}`,
    `tlsCertificateKeyFilePassword=${words}&noSuchOption=1`,
    `authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:${SECRET},${SECRET}`,
    `proxyPassword=${SECRET}`,
  ]) {
    const url = `mongodb://${SECRET}:${words}@db/latchkey?${options}`;
    const error = t.throws(() => connectionTo({ url }), { name: 'StorageAddressInvalid' }, options);
    t.false(error.message.includes(SECRET), error.message);
    t.notRegex(error.message, /top.{1,3}secret/);
    t.is(error.cause, undefined);
  }
});

test('an error that is not the driver’s is not repeated', (t) => {
  t.notRegex(invalidAddress('mongodb://db', new TypeError(SECRET)).message, new RegExp(SECRET));
});
