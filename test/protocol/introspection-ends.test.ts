/** A token is inactive at once when what it stands on is gone. */
import test from 'ava';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import { removeClient } from '../../src/domain/clients/change.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { redeem, sharedProvider } from '../support/provider-fixture.ts';
import { type Issued, isActive, issue, kinds, newApi } from './introspecting.ts';

const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;

/** The app that got it, and the API it is for. */
const askers = ({ app, api }: Issued) => (api === undefined ? [app] : [app, api.client]);

const signOut = async ({ user }: Issued): Promise<unknown> =>
  user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm');

type End = (issued: Issued, account: Account) => Promise<unknown>;

const ends: Readonly<Record<string, End>> = {
  'the user signs out': signOut,
  'an administrator ends the session': (_issued, { id }) => installation.sessions.destroyForAccount(id),
  'the grant is destroyed': (_issued, { id }) => installation.grants.destroyAllOf({ accountId: id }),
  'the account is disabled': (_issued, { id }) => disableAccount(id, installation),
  'the code is presented again': (issued) => redeem(issued.app, issued),
  'the refresh token is revoked': ({ app, answer }) =>
    app.post('/token/revocation', { token: answer.refresh_token ?? '' }),
};

for (const kind of kinds) {
  for (const [event, end] of Object.entries(ends)) {
    test(`a ${kind} is inactive as soon as ${event}`, async (t) => {
      const account = await fixture.newAccount();
      const issued = await issue(fixture, kind, { login: account.email });
      for (const asking of askers(issued)) t.true(await isActive(asking, issued.token));

      await end(issued, account);

      for (const asking of askers(issued)) t.false(await isActive(asking, issued.token));
    });
  }

  test(`a ${kind} with offline_access outlives the sign-out, and not the account`, async (t) => {
    const account = await fixture.newAccount();
    const issued = await issue(fixture, kind, { login: account.email, isOffline: true });

    await signOut(issued);
    for (const asking of askers(issued)) t.true(await isActive(asking, issued.token));

    await disableAccount(account.id, installation);
    for (const asking of askers(issued)) t.false(await isActive(asking, issued.token));
  });

  test(`a ${kind} of one user goes on when another one is disabled`, async (t) => {
    const [account, other] = [await fixture.newAccount(), await fixture.newAccount()];
    const issued = await issue(fixture, kind, { login: account.email });
    await disableAccount(other.id, installation);
    for (const asking of askers(issued)) t.true(await isActive(asking, issued.token));
  });
}

for (const kind of ['JWT access token', 'opaque access token'] as const) {
  test(`the API is told that a ${kind} of an app that was removed is inactive`, async (t) => {
    const issued = await issue(fixture, kind);
    await removeClient(issued.app.client.client_id, installation);
    for (const asking of askers(issued).slice(1)) t.false(await isActive(asking, issued.token));
  });
}

test('a JWT that a service got for itself stays inactive when the service is removed and registered again', async (t) => {
  const api = await newApi(fixture, 'jwt');
  const service = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
  const before = await fixture.newApp({ ...service, resources: [api.identifier] });
  const form = { grant_type: 'client_credentials', scope: 'things:do', resource: api.identifier };
  const { body } = await before.token(form);
  const clientId = before.client.client_id;
  for (const asking of [before, api.client]) t.true(await isActive(asking, body.access_token));

  await removeClient(clientId, installation);
  const again = { ...service, resources: [api.identifier], client_id: clientId };
  const after = await fixture.newApp(again);
  // Registered a minute later than the token was issued.
  const issuedAt = Math.floor(Date.now() / 1000) + 60;
  await installation.clients.update(clientId, (client) => ({
    ...client,
    metadata: { ...client.metadata, client_id_issued_at: issuedAt },
  }));

  for (const asking of [after, api.client]) t.false(await isActive(asking, body.access_token));

  await removeClient(clientId, installation);
  const now = await fixture.newApp(again);
  const { body: own } = await now.token(form);
  for (const asking of [now, api.client]) t.true(await isActive(asking, own.access_token));
});

test('a refresh token that was used is inactive, and the one that came for it is active', async (t) => {
  const { app, token } = await issue(fixture, 'refresh token');
  const { body } = await app.token({ grant_type: 'refresh_token', refresh_token: token });
  t.false(await isActive(app, token));
  t.true(await isActive(app, body.refresh_token ?? ''));
});

test('leaving one app at the sign-out page ends the tokens of the app that asked, and of no other', async (t) => {
  const { email: login } = await fixture.newAccount();
  const other = await issue(fixture, 'userinfo token', { login });
  const asking = await issue(fixture, 'userinfo token', { login, user: other.user });
  const query = new URLSearchParams({ client_id: asking.app.client.client_id });
  const page = await asking.user.open(`${issuer}/session/end?${query}`);

  await asking.user.submit(page, 'logout-stay');

  t.false(await isActive(asking.app, asking.token));
  t.true(await isActive(other.app, other.token));
});
