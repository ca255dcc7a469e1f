/** A sign-in counts if and only if it began after the last end of the account's sessions, however close they are. */
import test from 'ava';
import { hasEnded, nextEnd, signInSecond } from '../../../src/domain/accounts/ended-sessions.ts';

test('whatever the order of ends and sign-ins in a few seconds, each sign-in counts until the next end and not beyond', (t) => {
  for (let seed = 1; seed <= 300; seed += 1) {
    let state = seed;
    const random = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state % below;
    };
    let now = 1_700_000_000_000;
    let account: { sessionsEndedAt?: number } = {};
    const signIns: { second: number; counts: boolean }[] = [];
    for (let step = 0; step < 12; step += 1) {
      now += random(400);
      if (random(2) === 0) {
        account = { sessionsEndedAt: nextEnd(account, now) };
        for (const signIn of signIns) signIn.counts = false;
      } else signIns.push({ second: signInSecond(account, now), counts: true });
      const ended = signIns.map(({ second }) => !hasEnded(account, second));
      t.deepEqual(
        ended,
        signIns.map(({ counts }) => counts),
        `seed ${seed}`,
      );
    }
  }
});

test('a sign-in that began before an end and is finished after it counts for nothing', (t) => {
  const readAs = { sessionsEndedAt: 5000 };
  const begunAt = 9900;
  const ended = { sessionsEndedAt: nextEnd(readAs, 9950) };
  t.true(hasEnded(ended, signInSecond(readAs, begunAt)));
});

test('without an end every sign-in counts', (t) => {
  t.false(hasEnded({}, 5));
  t.false(hasEnded({ sessionsEndedAt: 5000 }, undefined));
});
