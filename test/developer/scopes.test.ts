/** The scopes of the organisation's own, at /developer. */
import test from 'ava';
import { createScope } from '../../src/domain/scopes/scopes.ts';
import { ownProvider } from '../support/provider-fixture.ts';
import { clientIdOn, withClient } from './fixture.ts';

test('a scope that was made after the start can be registered, once this instance follows', async (t) => {
  const fixture = await ownProvider(t);
  const { follow, installation } = fixture.latchkey;
  await createScope({ name: 'teams', claims: ['team'], description: 'See your team' }, installation);
  await follow();
  const { page } = await withClient(fixture, { scope: 'openid teams' });
  t.is(page.status, 200);
  t.is((await installation.clients.get(clientIdOn(page)))?.metadata.scope, 'openid teams');
});
