import test from 'ava';
import { readConfig } from '../../src/config/read-config.ts';
import { warningsOf } from '../../src/config/warnings.ts';

test('budgets that are multiplied are warned of, and smaller ones are not', (t) => {
  const warned = (factor: string) => warningsOf(readConfig({ BUDGET_FACTOR: factor })).map(({ variable }) => variable);
  for (const factor of ['', '1', '1.0', '0.5']) t.deepEqual(warned(factor), [], factor);
  for (const factor of ['1.001', '2', '1000']) t.deepEqual(warned(factor), ['BUDGET_FACTOR'], factor);
});

test('an issuer without a name that passkeys can be made for is warned of', (t) => {
  const warned = (issuer: string) => warningsOf(readConfig({ ISSUER: issuer })).map(({ variable }) => variable);
  for (const issuer of ['http://127.0.0.1:3000', 'http://[::1]:3000']) t.deepEqual(warned(issuer), ['ISSUER'], issuer);
  t.deepEqual(warned('http://localhost:3000'), []);
});

const warnedOf = (url: string) => warningsOf(readConfig({ STORAGE_URL: url })).map(({ variable }) => variable);

test('MongoDB beyond this machine without TLS is warned of', (t) => {
  for (const url of [
    'mongodb://db.example.com/latchkey',
    'mongodb://user:pass%40word@db.example.com:27017/latchkey?replicaSet=rs0',
    'mongodb://127.0.0.1,db.example.com/latchkey',
    'mongodb://db.example.com/latchkey?tls=false',
    'mongodb://db.example.com/?ssl=0',
    'mongodb://localhost.example.com',
    'mongodb://localhost@db.example.com',
    'mongodb://[2001:db8::1]:27017/latchkey',
    'mongodb+srv://cluster.example.com/latchkey?tls=false',
    'mongodb://db.example.com/latchkey?tls=true&ssl=false',
  ])
    t.deepEqual(warnedOf(url), ['STORAGE_URL'], url);
});

test('MongoDB on this machine, or with TLS, is not warned of', (t) => {
  for (const url of [
    'mongodb://localhost/latchkey',
    'mongodb://user:pass@127.0.0.1:27017,[::1]:27018/latchkey',
    'mongodb://%2Frun%2Fmongodb.sock/latchkey',
    'mongodb://db.example.com/latchkey?tls=true',
    'mongodb://db.example.com,db2.example.com/?replicaSet=rs0&TLS=true',
    'mongodb+srv://cluster.example.com/latchkey',
    'sqlite:./data/latchkey.db',
  ])
    t.deepEqual(warnedOf(url), [], url);
});
