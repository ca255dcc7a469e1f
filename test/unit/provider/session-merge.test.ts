/** Two requests that save one session: what the stored session says afterwards. */
import test from 'ava';
import { mergeSessionStates } from '../../../src/provider/adapter/session-merge.ts';

const ada = { accountId: 'ada', loginTs: 100 };
const eve = { accountId: 'eve', loginTs: 200 };
const grant = (grantId: string) => ({ sid: `sid of ${grantId}`, grantId });

test('what either request authorized is kept', (t) => {
  const base = { ...ada, authorizations: { old: grant('1') } };
  const mine = { ...ada, authorizations: { old: grant('1'), mine: grant('2') } };
  const theirs = { ...ada, authorizations: { old: grant('1'), theirs: grant('3') } };

  t.deepEqual(mergeSessionStates(base, mine, theirs).authorizations, {
    old: grant('1'),
    mine: grant('2'),
    theirs: grant('3'),
  });
});

test('a client that either request removed stays removed', (t) => {
  const base = { ...ada, authorizations: { one: grant('1'), two: grant('2') } };

  t.deepEqual(
    mergeSessionStates(
      base,
      { ...ada, authorizations: { two: grant('2') } },
      { ...ada, authorizations: { one: grant('1') } },
    ).authorizations,
    {},
  );
});

test('a sign-in is not undone by a request that knew nothing of it', (t) => {
  t.like(mergeSessionStates({}, { authorizations: {} }, ada), ada);
  t.like(mergeSessionStates({}, ada, {}), ada);
});

test('of two sign-ins at once the later one holds, with what it authorized alone', (t) => {
  const mine = { ...ada, authorizations: { mine: grant('1') } };
  const theirs = { ...eve, authorizations: { theirs: grant('2') } };

  t.deepEqual(mergeSessionStates({}, mine, theirs), theirs);
  t.deepEqual(mergeSessionStates({}, theirs, mine), theirs);
});

test('other fields keep the change that this request made', (t) => {
  const base = { ...ada, state: { secret: '1' } };

  t.deepEqual(mergeSessionStates(base, { ...ada, state: { secret: '2' } }, base).state, { secret: '2' });
  t.deepEqual(mergeSessionStates(base, base, { ...ada, state: { secret: '3' } }).state, { secret: '3' });
});
