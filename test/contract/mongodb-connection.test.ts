/** What a MongoDB connection string decides, and what it cannot change. */
import test from 'ava';
import { connectionTo } from '../../adapters/mongodb/connection.ts';

const optionsOf = (url: string) => connectionTo({ url }).client.options;

for (const [url, name] of [
  ['mongodb://host', 'latchkey'],
  ['mongodb://host/', 'latchkey'],
  ['mongodb://host/?tls=true', 'latchkey'],
  ['mongodb://host?tls=true', 'latchkey'],
  ['mongodb://host/accounts', 'accounts'],
  ['mongodb://user:pass@one:1,two:2/accounts?replicaSet=rs0', 'accounts'],
  ['mongodb://host/my%2Daccounts', 'my-accounts'],
  ['mongodb+srv://cluster.example.com/accounts', 'accounts'],
] as const) {
  test(`${url} names the database ${name}`, (t) => {
    t.is(connectionTo({ url }).database.databaseName, name);
  });
}

test('no address weakens what a write or a read is guaranteed', (t) => {
  const url = 'mongodb://host/?w=1&journal=false&wtimeoutMS=0&readConcernLevel=local&readPreference=nearest';
  const { writeConcern, readConcern, readPreference } = connectionTo({ url }).database;
  t.like(writeConcern, { w: 'majority', journal: true, wtimeoutMS: 5_000 });
  t.is(readConcern?.level, 'majority');
  t.is(readPreference.mode, 'primary');
});

test('every wait has a bound of five seconds, and a call as a whole a little more', (t) => {
  const { client, deadlineMs } = connectionTo({ url: 'mongodb://host' });
  t.like(client.options, {
    serverSelectionTimeoutMS: 5_000,
    connectTimeoutMS: 5_000,
    socketTimeoutMS: 5_000,
    waitQueueTimeoutMS: 5_000,
  });
  t.is(deadlineMs, 5_500);
});

test('an address may set other bounds, in any case of letters', (t) => {
  const { client, deadlineMs } = connectionTo({
    url: 'mongodb://host/?serverselectiontimeoutms=900&socketTimeoutMS=700&maxPoolSize=3&appName=mine',
  });
  t.like(client.options, { serverSelectionTimeoutMS: 900, socketTimeoutMS: 700, maxPoolSize: 3, appName: 'mine' });
  t.is(deadlineMs, 1_400);
});

test('writes are retried unless the address says that the server cannot', (t) => {
  t.true(optionsOf('mongodb://host').retryWrites);
  t.false(optionsOf('mongodb://host/?retryWrites=false').retryWrites);
});

test('settings for TLS and for signing in are passed on', (t) => {
  const options = optionsOf(
    'mongodb://user:pass@host/accounts?tls=true&tlsCAFile=ca.pem&tlsCertificateKeyFile=client.pem&authSource=admin',
  );
  t.like(options, { tls: true, tlsCAFile: 'ca.pem', tlsCertificateKeyFile: 'client.pem' });
  t.is(options.credentials?.source, 'admin');
  t.true(optionsOf('mongodb+srv://cluster.example.com').tls);
});
