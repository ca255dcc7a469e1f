/** That a verification costs the same whatever the account is. */
import test from 'ava';
import bcrypt from 'bcrypt';
import { HashCosts } from '../../../src/storage/records/hash-costs.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { ownCosts, quickHasher } from '../../support/hashing.ts';
import { openStoresInMemory } from '../../support/stores.ts';

const COST = 8;
const hasher = quickHasher(COST);

/** The rounds of all comparisons that a call makes: a measure of its time that a busy machine does not blur. */
async function roundsOf(call: () => Promise<unknown>): Promise<number> {
  const { compare } = bcrypt;
  let rounds = 0;
  bcrypt.compare = (password: string | Buffer, hash: string) => {
    rounds += 2 ** bcrypt.getRounds(hash);
    return compare(password, hash);
  };
  try {
    await call();
  } finally {
    bcrypt.compare = compare;
  }
  return rounds;
}

test.serial('no account, an unreadable hash and a cheap imported one cost as much as a wrong password', async (t) => {
  const stored = await hasher.hash('correct horse');
  const imported = await bcrypt.hash('correct horse', COST - 3);
  const cases = {
    'wrong password': () => hasher.verify('wrong horse', stored),
    'right password': () => hasher.verify('correct horse', stored),
    'no account': () => hasher.verify('wrong horse', undefined),
    'unreadable hash': () => hasher.verify('wrong horse', 'not a hash'),
    'wrong for an imported hash': () => hasher.verify('wrong horse', imported),
    'right for an imported hash': () => hasher.verify('correct horse', imported),
  };
  for (const [name, call] of Object.entries(cases)) t.is(await roundsOf(call), 2 ** COST, name);
});

test.serial(
  'a password with several spellings costs all accounts alike, and more where an imported hash was stored alone',
  async (t) => {
    await hasher.verify('anything', await bcrypt.hash('anything', COST - 3));
    for (const [password, spellings] of [
      ['correct horse', 1],
      ['correct h\u00f6rse', 2],
      ['ｃorrect h\u00f6rse', 2],
      ['correct ho\u0308rse h\u00f6rse', 3],
    ] as const) {
      const ours = quickHasher(COST);
      for (const stored of [await ours.hash(password), undefined, 'not a hash']) {
        for (const typed of [password, `${password}r`])
          t.is(
            await roundsOf(() => ours.verify(typed, stored)),
            2 ** COST,
            `${typed} ${stored} without imported hashes`,
          );
      }
      const imported = await bcrypt.hash(password.normalize('NFD'), COST - 3);
      for (const stored of [await hasher.hash(password), imported, undefined, 'not a hash']) {
        for (const typed of [password, `${password}r`])
          t.is(await roundsOf(() => hasher.verify(typed, stored)), spellings * 2 ** COST, `${typed} ${stored}`);
      }
    }
  },
);

test.serial('an imported hash that is met makes every attempt of every process compare all spellings', async (t) => {
  const stores = await openStoresInMemory(t);
  const [one, other] = [quickHasher(COST, stores.hashCosts), quickHasher(COST, new HashCosts(stores))];
  const imported = await bcrypt.hash('h\u00f6rse', COST);
  t.is(await roundsOf(() => other.verify('h\u00f6rse', undefined)), 2 ** COST);
  t.is(await roundsOf(() => one.verify('h\u00f6rse', imported)), 2 * 2 ** COST);
  stores.clock.advance(5);
  for (const stored of [imported, undefined, 'not a hash', await other.hash('h\u00f6rse')])
    t.is(await roundsOf(() => other.verify('h\u00f6rse', stored)), 2 * 2 ** COST);
});

test.serial('nothing beyond the limit is hashed or compared', async (t) => {
  for (const password of ['x'.repeat(257), 'ü'.repeat(257), 'x'.repeat(2 ** 20), `${'x'.repeat(256)}\0`]) {
    for (const act of [() => hasher.hash(password), () => hasher.verify(password, undefined)]) {
      t.is(await roundsOf(() => rejectsWith(t, 'password_too_long', act)), 0);
    }
  }
});

test.serial('after the cost was lowered everything takes as long as the costliest hash that is stored', async (t) => {
  const costs = ownCosts();
  const costly = await quickHasher(COST, costs).hash('correct horse');
  const lowered = quickHasher(COST - 3, costs);
  const cheap = await lowered.hash('correct horse');
  const imported = await bcrypt.hash('correct horse', COST - 4);
  for (const stored of [costly, cheap, imported, undefined, 'not a hash']) {
    for (const password of ['correct horse', 'wrong horse'])
      t.is(await roundsOf(() => lowered.verify(password, stored)), 2 ** COST, `${password} ${stored}`);
  }
});

test.serial('a hash that another process stored at a higher cost is noticed within seconds', async (t) => {
  const stores = await openStoresInMemory(t);
  const provider = quickHasher(COST - 3, stores.hashCosts);
  t.is(await roundsOf(() => provider.verify('wrong horse', undefined)), 2 ** (COST - 3));
  await quickHasher(COST, new HashCosts(stores)).hash('correct horse');
  stores.clock.advance(5);
  t.is(await roundsOf(() => provider.verify('wrong horse', undefined)), 2 ** COST);
});

test.serial('a costlier hash that nobody announced tells its account once at most', async (t) => {
  const foreign = await bcrypt.hash('correct horse', COST + 1);
  const own = quickHasher(COST);
  t.is(await roundsOf(() => own.verify('wrong horse', foreign)), 2 ** (COST + 1));
  for (const stored of [undefined, foreign, await own.hash('correct horse')])
    t.is(await roundsOf(() => own.verify('wrong horse', stored)), 2 ** (COST + 1));
});

test.serial('a comparison with nothing takes the time of one with a hash', async (t) => {
  const stored = await hasher.hash('correct horse');
  const times = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
  const ratio = (): number => times.unknown / times.known;
  const isClose = (): boolean => ratio() > 0.5 && ratio() < 2;
  // By turns, and the shortest of each: what else the machine does only ever adds, so on a busy one it takes more rounds.
  for (let round = 0; round < 100 && !(round >= 10 && isClose()); round += 1) {
    for (const kind of ['known', 'unknown'] as const) {
      const start = performance.now();
      await hasher.verify('wrong horse', kind === 'known' ? stored : undefined);
      times[kind] = Math.min(times[kind], performance.now() - start);
    }
  }
  t.true(isClose(), `${ratio()}`);
});

test.serial('a password is right or wrong, and only a right one can ask to be hashed anew', async (t) => {
  const stored = await hasher.hash('correct horse');
  const imported = await bcrypt.hash('correct horse', COST - 3);
  t.deepEqual(await hasher.verify('correct horse', stored), { isRight: true, needsRehash: false });
  t.deepEqual(await hasher.verify('wrong horse', stored), { isRight: false, needsRehash: false });
  t.deepEqual(await hasher.verify('correct horse', imported), { isRight: true, needsRehash: true });
  t.deepEqual(await hasher.verify('wrong horse', imported), { isRight: false, needsRehash: false });
  t.deepEqual(await hasher.verify('anything', undefined), { isRight: false, needsRehash: false });
});
