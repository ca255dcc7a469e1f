/** How many mails strangers can cause, on every database. */
import test from 'ava';
import { MailQuotas } from '../../src/domain/mail/mail-quotas.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores, openStoresInMemory, type Stores } from '../support/stores.ts';

const HOUR = 3600;
const ADA = 'ada@example.com';
const HERE = '192.0.2.1';

function quotasOver({ mailTimes: times, clock }: Stores, factor = 1) {
  const quotas = new MailQuotas({ times, clock, factor });
  return {
    quotas,
    count: async (...mail: Parameters<MailQuotas['count']>) => (await quotas.count(...mail)).isAdmitted,
  };
}
const countOf = (admitted: readonly boolean[]): number => admitted.filter(Boolean).length;

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 50 at once to one address, in two processes, 3 are sent`, async (t) => {
    const stores = await openStores(t, driver);
    const [one, other] = [quotasOver(stores), quotasOver(stores)];
    const admitted = await atOnce(50, (n) => (n % 2 === 0 ? one : other).count(ADA, `10.${n}.0.1`));
    t.is(countOf(admitted), 3);
    t.false(await other.count(ADA, HERE));
    t.true(await other.count('bob@example.com', HERE));
  });

  test(`${driver.name}: of 50 at once from one network, in two processes, 20 are sent`, async (t) => {
    const stores = await openStores(t, driver);
    const [one, other] = [quotasOver(stores), quotasOver(stores)];
    const admitted = await atOnce(50, (n) => (n % 2 === 0 ? one : other).count(`${n}@example.com`, `192.0.2.${n}`));
    t.is(countOf(admitted), 20);
    t.false(await one.count(ADA, HERE));
    t.true(await one.count(ADA, '198.51.100.1'));
  });
});

test('the windows slide exactly: what was sent counts for an hour, or a day, from its own time on', async (t) => {
  const stores = await openStoresInMemory(t);
  const quotas = quotasOver(stores);
  for (const minutes of [0, 20, 20]) {
    stores.clock.advance(minutes * 60);
    t.true(await quotas.count(ADA, HERE));
  }
  t.false(await quotas.count(ADA, HERE));
  stores.clock.advance(20 * 60 - 1);
  t.false(await quotas.count(ADA, HERE), 'a second before the first is an hour old');
  stores.clock.advance(1);
  t.true(await quotas.count(ADA, HERE), 'the first is an hour old');
  t.false(await quotas.count(ADA, HERE), 'the second is not');
  stores.clock.advance(20 * 60);
  t.true(await quotas.count(ADA, HERE), 'nor do refusals count');
});

test('a network that caused 20 in a day causes the next when the first is a day old', async (t) => {
  const stores = await openStoresInMemory(t);
  const quotas = quotasOver(stores);
  for (let n = 0; n < 20; n += 1) {
    t.true(await quotas.count(`${n}@example.com`, HERE));
    stores.clock.advance(HOUR);
  }
  for (let n = 0; n < 4; n += 1) {
    t.false(await quotas.count(ADA, HERE));
    stores.clock.advance(HOUR);
  }
  t.true(await quotas.count(ADA, HERE));
  t.false(await quotas.count(ADA, HERE));
});

test('what is held back uses up nothing: not of its network, nor of an address', async (t) => {
  const quotas = quotasOver(await openStoresInMemory(t));
  for (let n = 0; n < 3; n += 1) t.true(await quotas.count(ADA, HERE));
  for (let n = 0; n < 30; n += 1) t.false(await quotas.count(ADA, HERE));
  for (let n = 0; n < 17; n += 1) t.true(await quotas.count(`${n}@example.com`, HERE), `${n}`);
  for (let n = 0; n < 5; n += 1) t.false(await quotas.count('bob@example.com', HERE));
  for (let n = 0; n < 3; n += 1) t.true(await quotas.count('bob@example.com', '198.51.100.1'));
});

const sameAddress = [
  ['ada@example.com', 'Ada@Example.COM', 'ADA@EXAMPLE.COM', ' ada@example.com '],
  ['ada@b\u00fccher.example', 'ada@B\u00dcCHER.example', 'ada@xn--bcher-kva.example', 'ada@bu\u0308cher.example'],
  ['stra\u00dfe@example.com', 'Stra\u00dfe@example.com', 'stra\u00dfe@EXAMPLE.com', 'stra\u00dfe@example\uff0ecom'],
];

test('an address is the same however it is spelled, as for accounts', async (t) => {
  for (const spellings of sameAddress) {
    const quotas = quotasOver(await openStoresInMemory(t));
    const admitted: boolean[] = [];
    for (const [n, to] of spellings.entries()) admitted.push(await quotas.count(to, `10.${n}.0.1`));
    t.deepEqual(admitted, [true, true, true, false], spellings[0]);
  }
});

const sameNetwork = [
  ['192.0.2.1', '192.0.2.254', '::ffff:192.0.2.77', '64:ff9b::c000:207'],
  ['2001:db8:1:100::1', '2001:db8:1:1ff:ffff::1', '2001:0db8:0001:0100::99', '2001:db8:1:17a::%eth0'],
  ['2001:db8:1:100::1', '2001:db8:1:200::1', '2001:db8:1::1', '2001:db8:1:ffff::1'],
  ['198.51.100.7 behind 10.0.0.1', 'unknown behind 10.0.0.1', '203.0.113.9 behind 10.0.0.1', '::1 behind 10.0.0.1'],
];

test('a network is what one customer, office or site shares, whatever its visitors say of themselves', async (t) => {
  for (const addresses of sameNetwork) {
    const quotas = quotasOver(await openStoresInMemory(t));
    const admitted: boolean[] = [];
    for (let n = 0; n < 24; n += 1)
      admitted.push(await quotas.count(`${n}@example.com`, addresses[n % addresses.length] ?? ''));
    t.is(countOf(admitted), 20, addresses[0]);
  }
});

/** How many mails of each kind are sent to an address that has an account: of what is not asked for by its owner, what leaves room. */
async function sentTo(kinds: readonly ('recovery' | 'other')[], stores: Stores): Promise<string> {
  const { quotas } = quotasOver(stores);
  const sent: string[] = [];
  for (const [n, kind] of kinds.entries()) {
    const { isAdmitted, leavesRecovery } = await quotas.count(ADA, `10.${n}.0.1`, kind);
    if (isAdmitted && leavesRecovery) sent.push(kind);
  }
  return sent.join(' ');
}

const orders = [
  ['recovery recovery recovery recovery', 'recovery recovery recovery'],
  ['other other other other recovery recovery', 'other other recovery'],
  ['other other recovery other recovery', 'other other recovery'],
  ['other recovery other recovery other', 'other recovery other'],
  ['recovery other other other recovery', 'recovery other other'],
  ['recovery recovery other other', 'recovery recovery other'],
] as const;

for (const [asked, sent] of orders) {
  test(`of ${asked} an owner is mailed ${sent}: three, and a place is left to get back in`, async (t) => {
    const kinds = asked.split(' ') as ('recovery' | 'other')[];
    t.is(await sentTo(kinds, await openStoresInMemory(t)), sent);
  });
}

test('an account asks for three new addresses in an hour, and learns when it may ask for the next', async (t) => {
  const stores = await openStoresInMemory(t);
  const { quotas } = quotasOver(stores);
  for (let n = 0; n < 3; n += 1) {
    t.is(await quotas.countNewAddress('ada'), undefined);
    stores.clock.advance(60);
  }
  t.is(await quotas.countNewAddress('ada'), HOUR - 180);
  t.is(await quotas.countNewAddress('bob'), undefined);
  stores.clock.advance(HOUR - 180);
  t.is(await quotas.countNewAddress('ada'), undefined);
  t.is(await quotas.countNewAddress('ada'), 60);
});

test('of 20 new addresses that an account asks for at once 3 are let through', async (t) => {
  const { quotas } = quotasOver(await openStoresInMemory(t));
  const waits = await atOnce(20, () => quotas.countNewAddress('ada'));
  t.is(waits.filter((wait) => wait === undefined).length, 3);
});

test('BUDGET_FACTOR multiplies both, and leaves one', async (t) => {
  for (const [factor, ofAddress, ofNetwork] of [
    [2, 6, 40],
    [0.5, 1, 10],
    [0.001, 1, 1],
  ] as const) {
    const quotas = quotasOver(await openStoresInMemory(t), factor);
    const toOne: boolean[] = [];
    for (let n = 0; n < 10; n += 1) toOne.push(await quotas.count(ADA, `10.${n}.0.1`));
    t.is(countOf(toOne), ofAddress);
    const fromOne: boolean[] = [];
    for (let n = 0; n < 50; n += 1) fromOne.push(await quotas.count(`${n}@example.com`, HERE));
    t.is(countOf(fromOne), ofNetwork);
  }
});

test('no list grows beyond what decides', async (t) => {
  const stores = await openStoresInMemory(t);
  const quotas = quotasOver(stores);
  for (let n = 0; n < 30; n += 1) await quotas.count(ADA, `10.${n}.0.1`, n % 2 === 0 ? 'other' : 'recovery');
  t.true((await stores.mailTimes.of(`address ${ADA}`)).times.length <= 4);
});
