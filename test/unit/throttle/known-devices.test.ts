/** Which devices are known, and that nobody can make one up. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { DEVICE_LIFE_SECONDS, KnownDevices } from '../../../src/domain/throttle/known-devices.ts';
import { createKeyRing, textCipher } from '../../../src/storage/encryption/key-ring.ts';
import { ManualClock } from '../../support/clock.ts';

function openDevices(secrets: readonly Buffer[] = [randomBytes(32)]) {
  const clock = new ManualClock();
  return { devices: new KnownDevices({ cipher: textCipher(createKeyRing(secrets), 'known device'), clock }), clock };
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

test('of accounts with the longest ids, the latest are kept that the cookie has room for', (t) => {
  const { devices } = openDevices();
  const idOf = (n: number) => `${n}`.padEnd(255, '"');
  let device = devices.read(devices.remember(undefined, { id: idOf(0), sessionsEndedAt: Date.now() }));
  for (let n = 1; n < 5; n += 1) {
    device = devices.read(devices.remember(device, { id: idOf(n), sessionsEndedAt: Date.now() }));
    t.is(device?.accounts[0]?.id, idOf(n));
  }
});

test('what is cut, changed, foreign or made up is no device', (t) => {
  const secret = randomBytes(32);
  const { devices } = openDevices([secret]);
  const good = devices.remember(undefined, { id: 'ada' });
  const foreign = openDevices().devices.remember(undefined, { id: 'ada' });
  const statement = Buffer.from(JSON.stringify({ id: 'x', accounts: [], statedAt: 9e9 }));
  const elsewhere = Buffer.from(createKeyRing([secret]).encrypt(statement, 'another place')).toString('base64url');
  const flipped = Buffer.from(good, 'base64url');
  flipped[flipped.length - 20] = Number(flipped[flipped.length - 20]) ^ 1;
  const forged = [
    undefined,
    '',
    '.',
    'x',
    `${good}.`,
    `${good}A`,
    `${good}=`,
    ` ${good}`,
    good.slice(0, -1),
    good.slice(4),
    flipped.toString('base64url'),
    statement.toString('base64url'),
    elsewhere,
    foreign,
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
  const { devices } = openDevices([older]);
  const text = devices.remember(undefined, { id: 'ada' });
  t.not(openDevices([newer, older]).devices.read(text), undefined);
  t.is(openDevices([newer]).devices.read(text), undefined);
});

test('neither the account nor that two devices share one can be read from what they keep', (t) => {
  const { devices } = openDevices();
  const kept = [1, 2].map(() => devices.remember(undefined, { id: 'account-of-ada' }));
  for (const text of kept) t.false(Buffer.from(text, 'base64url').toString('latin1').includes('ada'));
  t.not(kept[0], kept[1]);
});

test('an account that is forgotten is a stranger there, and the others stay; of the last one nothing is kept', (t) => {
  const { devices } = openDevices();
  const ada = devices.read(devices.remember(undefined, { id: 'ada' }));
  const both = ada && devices.read(devices.remember(ada, { id: 'grace' }));
  const left = both && devices.read(devices.forget(both, 'ada'));
  t.true(left !== undefined && devices.hasSignedIn(left, { id: 'grace' }) && !devices.hasSignedIn(left, { id: 'ada' }));
  t.is(left?.id, both?.id);
  t.is(left && devices.forget(left, 'grace'), undefined);
  t.deepEqual(left && devices.read(devices.forget(left, 'nobody')), left);
});
