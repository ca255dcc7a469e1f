/** Two requests that save one session: what the stored session says afterwards. */
import test from 'ava';
import { mergeSession, mergeSessionStates } from '../../../src/provider/adapter/session-merge.ts';
import type { SeenSession, SessionDocument, SessionState } from '../../../src/storage/issued/sessions.ts';

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

function document(state: SessionState, seen: Partial<SeenSession> & { readonly lastSeenAt: number }): SessionDocument {
  const sessionIds = [{ hash: 'cookie' }];
  const complete = { firstSeenAt: seen.lastSeenAt, clientsSeenAt: {}, ...seen };
  return { uid: 'one', state, sessionIds, isDestroyed: false, expiresAt: 1000, seen: complete };
}

function saved(base: SessionDocument, mine: SessionDocument, theirs: SessionDocument): SeenSession | undefined {
  const save = { base: { document: base, version: 1 }, mine, cookieHash: 'cookie', rotatedFrom: undefined };
  return mergeSession({ document: theirs, version: base === theirs ? 1 : 2 }, save, 0).seen;
}

test('what was seen first stays, what was seen last is the later of both, and the clients are those of both', (t) => {
  const base = document(ada, { lastSeenAt: 1 });
  const theirs = document(ada, { firstSeenAt: 1, lastSeenAt: 9, clientsSeenAt: { theirs: 9, both: 2 } });
  const mine = document(ada, { lastSeenAt: 5, clientsSeenAt: { mine: 5, both: 5 } });
  const clientsSeenAt = { theirs: 9, mine: 5, both: 5 };
  t.deepEqual(saved(base, mine, theirs), { firstSeenAt: 1, lastSeenAt: 9, clientsSeenAt });
});

test('the browser is the one of the latest sign-in', (t) => {
  const base = document(ada, { userAgent: 'old', lastSeenAt: 1 });
  t.is(saved(base, document(ada, { userAgent: 'new', lastSeenAt: 2 }), base)?.userAgent, 'old');
  const again = { ...ada, loginTs: 150 };
  t.is(saved(base, document(again, { userAgent: 'new', lastSeenAt: 2 }), base)?.userAgent, 'new');
  t.is(saved(base, document(again, { lastSeenAt: 2 }), base)?.userAgent, undefined);
});

test('what was seen of one account is not kept for another', (t) => {
  const base = document({}, { lastSeenAt: 1 });
  const ofAda = document(ada, { userAgent: 'hers', lastSeenAt: 3, clientsSeenAt: { hers: 3 } });
  const ofEve = document(eve, { userAgent: 'his', lastSeenAt: 2, clientsSeenAt: { his: 2 } });
  t.deepEqual(saved(base, ofAda, ofEve), ofEve.seen);
  t.deepEqual(saved(base, ofEve, ofAda), ofEve.seen);
});
