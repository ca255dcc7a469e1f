/** What an operator reads when a process could not start. */
import test from 'ava';
import { ConfigurationError } from '../../../src/config/config.ts';
import { connectionLimit } from '../../../src/listener/connections.ts';
import { CannotListen, MAIN_LISTENER, OPS_LISTENER } from '../../../src/listener/listen.ts';
import { exitCodeOf, explainFailure } from '../../../src/start-failure.ts';
import { StorageAccessDenied, StorageUnavailable } from '../../../src/storage/driver.ts';

test('a failure that nobody foresaw is printed with its stack, and with those of its causes', (t) => {
  const text = explainFailure(new TypeError('cannot read that', { cause: new RangeError('out of it') }));
  t.regex(text, /TypeError: cannot read that\n\s+at .*start-failure\.test\.ts/);
  t.regex(text, /caused by: RangeError: out of it\n\s+at /);
});

test('an expected failure is explained without a stack', (t) => {
  const errors = [
    new ConfigurationError([{ variable: 'ISSUER', problem: 'is missing' }]),
    new StorageUnavailable(new Error('nobody there')),
  ];
  for (const error of errors) t.notRegex(explainFailure(error), /\n\s+at /);
});

const unlistenable = [
  ['EADDRINUSE', 69, /PORT 8080 .*in use[\s\S]*choose another port with (OPS_)?PORT/],
  ['EACCES', 78, /PORT 8080 .*not for this user[\s\S]*above 1023 with (OPS_)?PORT/],
  ['EPERM', 78, /PORT 8080 .*not for this user/],
  ['EADDRNOTAVAIL', 78, /HOST 192\.0\.2\.1 .*no address of this machine[\s\S]*set (OPS_)?HOST/],
  ['ENOTFOUND', 78, /HOST 192\.0\.2\.1 .*no address of this machine/],
  ['EAFNOSUPPORT', 78, /HOST 192\.0\.2\.1 .*no address of this machine/],
] as const;

for (const [code, exitCode, says] of unlistenable) {
  test(`a listener that ends with ${code} names its settings and the remedy`, (t) => {
    for (const settings of [MAIN_LISTENER, OPS_LISTENER]) {
      const address = { ...settings, port: 8080, host: '192.0.2.1' };
      const error = new CannotListen(address, Object.assign(new Error(code), { code }));
      t.is(exitCodeOf(error), exitCode);
      t.regex(explainFailure(error), says);
      t.true(explainFailure(error).includes(`${settings.portVariable} 8080 on ${settings.hostVariable} 192.0.2.1`));
      t.notRegex(explainFailure(error), /\n\s+at /);
    }
  });
}

test('a MongoDB that does not let the user in is a wrong setting, and the role that helps is named', (t) => {
  const answer = 'not authorized on latchkey to execute command { insert: "keys", documents: [ { secret: 1 } ] }';
  const rights = new StorageAccessDenied('rights', { cause: new Error(answer) });
  t.is(exitCodeOf(rights), 78);
  t.regex(explainFailure(rights), /not authorized on latchkey[\s\S]*scripts\/mongodb-role\.js/);
  t.notRegex(explainFailure(rights), /secret/);
  const credentials = new StorageAccessDenied('credentials', { cause: new Error('Authentication failed.') });
  t.is(exitCodeOf(credentials), 78);
  t.regex(explainFailure(credentials), /user and password[\s\S]*STORAGE_URL/);
});

test('the connections of a process leave room for its other files, whatever it may have open', (t) => {
  for (const descriptors of [150, 200, 256, 1024, 4096, 65_536, 1_048_576]) {
    const limit = connectionLimit(descriptors);
    t.true(limit >= 16);
    t.true(limit < descriptors - 60, String(descriptors));
    t.true(limit <= 20_000);
  }
});
