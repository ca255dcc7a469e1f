/** Which devices are known, and that nobody can make one up. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { DEVICE_LIFE_SECONDS, KnownDevices } from '../../../src/domain/throttle/known-devices.ts';
import { KeyedHash } from '../../../src/storage/encryption/keyed-hash.ts';
import { ManualClock } from '../../support/clock.ts';

function openDevices(secrets: readonly Buffer[] = [randomBytes(32)], keyedHash = new KeyedHash(randomBytes(32))) {
  const clock = new ManualClock();
  return { devices: new KnownDevices({ secrets, keyedHash, clock }), secrets, keyedHash, clock };
}

test('a device is known to the accounts that signed in on it, and to no other', (t) => {
  const { devices } = openDevices();
  const ada = devices.read(devices.remember(undefined, { id: 'ada' }));
  t.true(ada !== undefined && devices.hasSignedIn(ada, { id: 'ada' }) && !devices.hasSignedIn(ada, { id: 'grace' }));
  const both = devices.read(devices.remember(ada, { id: 'grace' }));
  t.true(both !== undefined && devices.hasSignedIn(both, { id: 'ada' }) && devices.hasSignedIn(both, { id: 'grace' }));
  t.is(both?.id, ada?.id);
});

test('a device that an account signed in on before its sessions ended is a stranger, until it signs in there again', (t) => {
  const { devices } = openDevices();
  const before = devices.read(devices.remember(undefined, { id: 'ada' }));
  const ended = { id: 'ada', sessionsEndedAt: 1000 };
  const endedAgain = { id: 'ada', sessionsEndedAt: 2000 };
  t.true(before !== undefined && devices.hasSignedIn(before, { id: 'ada' }) && !devices.hasSignedIn(before, ended));
  const after = devices.read(devices.remember(before, ended));
  t.true(after !== undefined && devices.hasSignedIn(after, ended) && !devices.hasSignedIn(after, endedAgain));
});

test('the last five accounts are kept', (t) => {
  const { devices } = openDevices();
  let device = devices.read(devices.remember(undefined, { id: 'account 0' }));
  for (let n = 1; n < 7; n += 1) device = devices.read(devices.remember(device, { id: `account ${n}` }));
  const known = device;
  t.deepEqual(
    Array.from({ length: 7 }, (_, n) => known !== undefined && devices.hasSignedIn(known, { id: `account ${n}` })),
    [false, false, true, true, true, true, true],
  );
});

test('what is cut, changed, foreign or made up is no device', (t) => {
  const { devices, keyedHash } = openDevices();
  const good = devices.remember(undefined, { id: 'ada' });
  const [payload = '', signature = ''] = good.split('.');
  const foreign = openDevices([randomBytes(32)], keyedHash).devices.remember(undefined, { id: 'ada' });
  const forgedPayload = Buffer.from(JSON.stringify({ id: 'x', accounts: [], statedAt: 9e9 })).toString('base64url');
  const forged = [
    undefined,
    '',
    '.',
    payload,
    `${payload}.`,
    `.${signature}`,
    `${good}.`,
    `${good}.${signature}`,
    good.slice(0, -1),
    `${payload.slice(0, -1)}.${signature}`,
    `${payload}=.${signature}`,
    `${forgedPayload}.${signature}`,
    `${Buffer.from('{}').toString('base64url')}.${signature}`,
    foreign,
    `${payload}.${foreign.split('.')[1]}`,
    'x'.repeat(100_000),
    `${good}${' '.repeat(2000)}`,
  ];
  for (const text of forged) t.is(devices.read(text), undefined, text?.slice(0, 200));
  t.not(devices.read(good), undefined);
});

test('a device is known for 400 days from the last sign-in on it', (t) => {
  const { devices, clock } = openDevices();
  const text = devices.remember(undefined, { id: 'ada' });
  clock.advance(DEVICE_LIFE_SECONDS - 2);
  t.not(devices.read(text), undefined);
  clock.advance(2);
  t.is(devices.read(text), undefined);
});

test('a rotation of the keys makes a stranger of nobody, until the old key is dropped', (t) => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const { devices, keyedHash } = openDevices([older]);
  const text = devices.remember(undefined, { id: 'ada' });
  t.not(openDevices([newer, older], keyedHash).devices.read(text), undefined);
  t.is(openDevices([newer], keyedHash).devices.read(text), undefined);
});

test('neither the account nor that two devices share one can be read from what they keep', (t) => {
  const { devices } = openDevices();
  const [one, other] = [1, 2].map(() => devices.remember(undefined, { id: 'account-of-ada' }));
  const readable = (text = '') => Buffer.from(text.split('.')[0] ?? '', 'base64url').toString();
  t.false(readable(one).includes('ada'));
  const accountsOf = (text?: string) => JSON.parse(readable(text)).accounts as string[];
  t.notDeepEqual(accountsOf(one), accountsOf(other));
});
