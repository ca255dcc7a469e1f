import test from 'ava';
import { StorageUnavailable } from '../../../src/storage/driver.ts';
import { retryOnConflict } from '../../../src/storage/retry.ts';

function pausing() {
  const pauses: number[] = [];
  const clock = { sleep: async (milliseconds: number) => void pauses.push(milliseconds) };
  return { pauses, clock };
}

test('an attempt is repeated after ever longer pauses of at most 25 ms, until it returns something', async (t) => {
  const { pauses, clock } = pausing();
  let attempts = 0;
  const outcome = await retryOnConflict(
    async () => {
      attempts += 1;
      return attempts === 50 ? 'done' : undefined;
    },
    { clock },
  );
  t.is(outcome, 'done');
  t.is(pauses.length, 49);
  t.true(pauses.every((pause, at) => pause >= 0 && pause <= Math.min(at + 1, 25)));
});

test('what returned at once waits for nothing, and false is an outcome', async (t) => {
  const { pauses, clock } = pausing();
  t.is(await retryOnConflict(async () => false, { clock }), false);
  t.deepEqual(pauses, []);
});

test('a record that changes under every attempt to write it is StorageUnavailable in the end', async (t) => {
  let attempts = 0;
  const changesAlways = async () => {
    attempts += 1;
    return undefined;
  };
  await t.throwsAsync(retryOnConflict(changesAlways, pausing()), { instanceOf: StorageUnavailable });
  t.is(attempts, 100);
});
