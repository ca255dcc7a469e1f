/** How many clients somebody can have, and how many come of one form, however many ask at once. */
import test from 'ava';
import { createOwnClient, MAX_OWN_CLIENTS, newClientForm } from '../../src/domain/clients/developers-clients.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { ownProvider } from '../support/provider-fixture.ts';
import { atPortal, newDeveloper, REDIRECT, secretOn } from './fixture.ts';

await forEachDatabase(test, ({ name }) => {
  test(`${name}: of many clients that are made at once no more than the limit stay`, async (t) => {
    const { latchkey, ...rest } = await ownProvider(t, { database: name });
    const { installation: its } = latchkey;
    const { id: owner } = await newDeveloper({ latchkey, ...rest });
    const deps = { ...its, ...its.registration };
    const left = 3;
    for (let at = 0; at < MAX_OWN_CLIENTS - left; at += 1)
      await its.clients.create({ id: `${at}`, metadata: {}, secretHashes: [], origin: 'developer', owner });
    const makes = Array.from({ length: 12 }, (_, at) => {
      const given = { client_name: `Notes ${at}`, redirect_uris: [REDIRECT] };
      return createOwnClient({ owner, type: 'web', given, form: newClientForm(deps.clock) }, deps);
    });
    const outcomes = await Promise.allSettled(makes);
    const owned = await its.clients.listOwnedBy(owner, MAX_OWN_CLIENTS * 2);
    t.true(owned.length <= MAX_OWN_CLIENTS, `${owned.length}`);
    const made = outcomes.filter(({ status }) => status === 'fulfilled');
    t.is(owned.length, MAX_OWN_CLIENTS - left + made.length);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        t.true(outcome.reason instanceof DomainError && outcome.reason.code === 'too_many_clients');
  });

  test(`${name}: of a form that is sent many times at once one client comes`, async (t) => {
    const at = await ownProvider(t, { database: name });
    const { user, account } = await atPortal(at);
    const form = await user.open(`${at.latchkey.issuer}/developer/new`);
    const fields = { client_name: 'Notes', redirect_uris: REDIRECT, type: 'web' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => user.submit(form, 'client-create', fields)));
    t.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 7 }, () => 409)]);
    t.is((await at.latchkey.installation.clients.listOwnedBy(account.id, 10)).length, 1);
    t.is(answers.filter((page) => secretOn(page) !== '').length, 1);
  });
});
