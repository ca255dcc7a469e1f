/** Proves which mode an issuer means, and what production insists on. */
import test from 'ava';
import { readConfig } from '../../src/config/read-config.ts';
import { production, refusedVariables } from './settings.ts';

test('no setting at all is development on loopback with the embedded store', (t) => {
  const { mode, host, issuer, storageUrl } = readConfig({});
  t.deepEqual(
    { mode, host, issuer, storageUrl },
    {
      mode: 'development',
      host: '127.0.0.1',
      issuer: 'http://localhost:3000',
      storageUrl: 'sqlite:./data/latchkey.db',
    },
  );
});

test('an http issuer on a loopback host is development', (t) => {
  for (const ISSUER of ['http://localhost:3000', 'http://127.0.0.1:8080', 'http://127.8.8.8', 'http://[::1]:3000']) {
    t.is(readConfig({ ISSUER }).mode, 'development', ISSUER);
  }
});

test('development listens on the loopback address of its issuer', (t) => {
  const hosts = {
    'http://[::1]:3000': '::1',
    'http://[::1]': '::1',
    'http://127.0.0.1:8080': '127.0.0.1',
    'http://127.0.0.5:3000': '127.0.0.5',
    'http://127.8.8.8': '127.8.8.8',
    'http://localhost:3000': '127.0.0.1',
    'http://localhost': '127.0.0.1',
  };
  for (const [ISSUER, host] of Object.entries(hosts)) t.is(readConfig({ ISSUER }).host, host, ISSUER);
  t.is(readConfig({ ISSUER: 'http://[::1]:3000', HOST: '127.0.0.1' }).host, '127.0.0.1');
});

test('any https issuer is production, on a loopback host too', (t) => {
  for (const ISSUER of ['https://id.example.com', 'https://localhost:3000']) {
    const config = readConfig({ ...production(), ISSUER });
    t.is(config.mode, 'production', ISSUER);
    t.is(config.host, '0.0.0.0');
  }
});

test('http on any other host is refused, however much it looks like loopback', (t) => {
  for (const ISSUER of [
    'http://id.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.nip.io',
    'http://0.0.0.0:3000',
  ]) {
    t.deepEqual(refusedVariables({ ...production(), ISSUER }), ['ISSUER'], ISSUER);
  }
});

test('NODE_ENV=production makes a loopback issuer production, with all its demands', (t) => {
  const refused = refusedVariables({ NODE_ENV: 'production', STORAGE_URL: 'sqlite::memory:', BCRYPT_COST: '9' });
  t.deepEqual(refused, ['ISSUER', 'SECRET_KEYS', 'TRUSTED_PROXIES', 'STORAGE_URL', 'BCRYPT_COST']);
});

test('NODE_ENV in another case does not run development', (t) => {
  for (const NODE_ENV of ['Production', 'PRODUCTION', ' Production ', 'productioN']) {
    t.true(refusedVariables({ NODE_ENV }).includes('NODE_ENV'), NODE_ENV);
  }
  for (const NODE_ENV of ['development', 'test', 'staging', '']) t.deepEqual(refusedVariables({ NODE_ENV }), []);
});

test('an issuer with a typing error does not switch off what production insists on', (t) => {
  t.deepEqual(refusedVariables({ ISSUER: 'htps://id.example.com' }), ['ISSUER', 'SECRET_KEYS', 'TRUSTED_PROXIES']);
});

const openListeners = [{}, { HOST: '0.0.0.0' }, { HOST: '::' }, { HOST: '192.0.2.1' }, { HOST: 'id.example.com' }];

test('production serves plain http to others only behind a proxy that it knows, or where somebody says that there is none', (t) => {
  for (const listener of openListeners) {
    const { TRUSTED_PROXIES: proxies, ...rest } = production();
    const environment = { ...rest, ...listener };
    t.deepEqual(refusedVariables(environment), ['TRUSTED_PROXIES'], listener.HOST);
    t.deepEqual(refusedVariables({ ...environment, TRUSTED_PROXIES: '' }), ['TRUSTED_PROXIES'], listener.HOST);
    for (const stated of [proxies, 'none'])
      t.deepEqual(refusedVariables({ ...environment, TRUSTED_PROXIES: stated }), []);
  }
});

test('on a loopback address production needs no proxy to be named, and development never does', (t) => {
  const { TRUSTED_PROXIES: _proxies, ...rest } = production();
  for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
    t.deepEqual(refusedVariables({ ...rest, HOST }), []);
  for (const listener of openListeners) t.deepEqual(refusedVariables(listener), []);
});

test('none means that no proxy is trusted, and stands alone', (t) => {
  t.deepEqual(readConfig({ TRUSTED_PROXIES: 'none' }).trustedProxies, []);
  for (const text of ['none,10.0.0.1', '10.0.0.1,none', 'None', 'no'])
    t.deepEqual(refusedVariables({ TRUSTED_PROXIES: text }), ['TRUSTED_PROXIES'], text);
});

test('HOST overrides the address of either mode', (t) => {
  t.is(readConfig({ HOST: '0.0.0.0' }).host, '0.0.0.0');
  t.is(readConfig({ ...production(), HOST: '127.0.0.1' }).host, '127.0.0.1');
});

test('production starts on the embedded store when it is a file', (t) => {
  t.deepEqual(refusedVariables({ ...production(), STORAGE_URL: 'sqlite:/var/lib/latchkey.db' }), []);
});
