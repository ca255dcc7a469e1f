/** Replaced files of a database are one line in the log, however many ask whether the process is ready. */
import test from 'ava';
import { StorageReplaced, StorageUnavailable } from '../../../src/storage/driver.ts';
import { reportReplaced } from '../../../src/web/health.ts';

function database() {
  const state: { failure: Error | undefined } = { failure: undefined };
  const reported: unknown[] = [];
  const ping = reportReplaced(
    async () => {
      if (state.failure !== undefined) throw state.failure;
    },
    { error: ({ error }) => void reported.push(error) },
  );
  const ask = (): Promise<boolean> =>
    ping().then(
      () => true,
      () => false,
    );
  return { state, reported, ask };
}

test('replaced files are reported once each time', async (t) => {
  const { state, reported, ask } = database();
  t.true(await ask());
  state.failure = new StorageReplaced();
  for (let asked = 0; asked < 5; asked += 1) t.false(await ask());
  t.deepEqual(reported, [state.failure]);
  state.failure = undefined;
  t.true(await ask());
  state.failure = new StorageReplaced();
  t.deepEqual(await Promise.all([ask(), ask()]), [false, false]);
  t.is(reported.length, 2);
});

test('a database that does not answer is another matter: it may be back soon', async (t) => {
  const { state, reported, ask } = database();
  state.failure = new StorageUnavailable(new Error('nobody there'));
  t.false(await ask());
  t.deepEqual(reported, []);
});
