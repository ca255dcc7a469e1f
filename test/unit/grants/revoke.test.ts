/** What is recorded of ending grants. */
import test from 'ava';
import type { NoteEvent } from '../../../src/domain/events/security-events.ts';
import { revokeGrant, revokeGrants } from '../../../src/domain/grants/revoke.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

const pair = { accountId: 'ada', clientId: 'shop' };

function office({ grants = 0, hasConsent = false, isFailing = false }) {
  const acts: string[] = [];
  const note: NoteEvent = (event, _reason, { accountId, clientId, detail } = {}) =>
    void acts.push([event, accountId, clientId, detail].filter((text) => text !== undefined).join(' '));
  const destroyed = async () => {
    if (isFailing) throw new Error('the database is gone');
    return grants;
  };
  const found = async () => (grants === 0 ? undefined : pair);
  return {
    acts,
    note,
    grants: {
      destroyGrantsOf: destroyed,
      findByReference: found,
      destroyByReference: async () => ((await destroyed()) === 0 ? undefined : pair),
    },
    consents: {
      remove: async () => hasConsent,
      removeForAccount: async () => Number(hasConsent),
      removeForClient: async () => Number(hasConsent),
    },
  };
}

test('grants that ended and consents that were forgotten are recorded, of an account, a client or both', async (t) => {
  const some = office({ grants: 2, hasConsent: true });
  for (const owner of [{ accountId: 'ada' }, { clientId: 'shop' }, pair]) await revokeGrants(owner, some);
  t.deepEqual(some.acts, [
    'consent.withdrawn ada',
    'grant.revoked ada grants: 2',
    'consent.withdrawn shop',
    'grant.revoked shop grants: 2',
    'consent.withdrawn ada shop',
    'grant.revoked ada shop grants: 2',
  ]);
});

test('where there was nothing to end there is nothing to record', async (t) => {
  const none = office({});
  for (const owner of [{ accountId: 'ada' }, { clientId: 'shop' }, pair])
    t.deepEqual(await revokeGrants(owner, none), { grants: 0, consentWithdrawn: false });
  await rejectsWith(t, 'grant_unknown', () => revokeGrant('reference', none));
  t.deepEqual(none.acts, []);
});

test('a consent that was withdrawn, and grants of which some may have ended, are recorded though the rest fails', async (t) => {
  const failing = office({ grants: 2, hasConsent: true, isFailing: true });
  await t.throwsAsync(() => revokeGrants(pair, failing), { message: 'the database is gone' });
  await t.throwsAsync(() => revokeGrant('reference', failing), { message: 'the database is gone' });
  t.deepEqual(failing.acts, [
    'consent.withdrawn ada shop',
    'grant.revoked ada shop not finished',
    'grant.revoked ada shop not finished',
  ]);
});
