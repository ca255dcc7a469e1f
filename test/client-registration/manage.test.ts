/** Reading, updating and removing what was registered, by its registration access token alone (RFC 7592). */
import test, { type ExecutionContext } from 'ava';
import { removeClient, updateClient } from '../../src/domain/clients/change.ts';
import { parsePolicy } from '../../src/domain/clients/metadata-policy.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { fileOwner } from '../support/owner.ts';
import { type Fixture, LOGIN, newVisitor, ownProvider } from '../support/provider-fixture.ts';
import { atOnce, tally } from '../support/records.ts';
import { ask, manage, newInitialAccessToken, type RegistrationAnswer, register } from '../support/registrations.ts';
import { appOf, CALLBACK, obtainTokens } from '../support/relying-party.ts';

const API = 'https://api.example.com/';

/** What a client shows that it may say again. */
const own = { redirect_uris: [CALLBACK], client_name: 'Renamed' };

function membersOf({ problems = [] }: RegistrationAnswer): readonly string[] {
  return problems.map(({ member }) => member);
}

const userinfo = async (issuer: string, bearer: string): Promise<number> =>
  (await ask(`${issuer}/me`, { method: 'GET', bearer })).statusCode;

await forEachDatabase(test, ({ name: database }) => {
  let opened: Promise<Fixture> | undefined;
  const owner = fileOwner(test, database);
  const open = (): Promise<Fixture> => {
    opened ??= ownProvider(owner, { database });
    return opened;
  };

  async function registered(t: ExecutionContext, metadata: object = {}, policy?: object) {
    const { latchkey } = await open();
    const { installation, issuer } = latchkey;
    const token = await newInitialAccessToken(installation, policy && { policy: parsePolicy(policy) });
    const { body, statusCode } = await register(
      { processes: [{ address: issuer }, { address: issuer }] as never },
      0,
      token,
      { ...metadata },
    );
    t.is(statusCode, 201, JSON.stringify(body));
    const update = (given: object, by: RegistrationAnswer = body) =>
      manage(by, 'PUT', { client_id: body.client_id, ...own, ...given });
    return { latchkey, installation, issuer, body, update, stored: () => installation.clients.get(body.client_id) };
  }

  test.serial(`${database}: reading shows all but the secret, and what it shows may be sent back`, async (t) => {
    const { body, stored } = await registered(t);
    const { statusCode, body: read, headers } = await manage(body, 'GET');
    t.is(statusCode, 200);
    t.is(headers['cache-control'], 'no-store');
    t.deepEqual(
      Object.keys(body)
        .filter((name) => !(name in read))
        .sort(),
      ['client_secret', 'client_secret_expires_at'],
    );
    t.is(read.registration_access_token, body.registration_access_token);
    const { secretHashes = [], registrationAccessTokenHash = '' } = (await stored()) ?? {};
    for (const hash of [...secretHashes, registrationAccessTokenHash]) t.false(JSON.stringify(read).includes(hash));
    const updated = await manage(body, 'PUT', { ...read, client_name: 'Renamed' });
    t.is(updated.statusCode, 200, JSON.stringify(updated.body));
    t.deepEqual(
      { ...updated.body, registration_access_token: '' },
      { ...read, client_name: 'Renamed', registration_access_token: '' },
    );
  });

  test.serial(`${database}: an update replaces, and its token takes the place of the one before`, async (t) => {
    const { body, update, latchkey, stored } = await registered(t, { policy_uri: 'https://app.example.com/p' });
    const updated = await update({});
    t.is(updated.statusCode, 200);
    t.false('policy_uri' in updated.body);
    t.is(updated.body.client_secret, undefined as never);
    t.false('policy_uri' in ((await stored())?.metadata ?? {}));
    t.is((await manage(body, 'GET')).statusCode, 401);
    t.is((await update({})).statusCode, 401);
    t.is((await manage(updated.body, 'GET')).statusCode, 200);
    const answer = await appOf(latchkey, body).token({
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: CALLBACK,
    });
    t.is(answer.body.error, 'invalid_grant', 'the secret goes on working');
  });

  test.serial(
    `${database}: the secret is repeated as it is or left out, and the id is the one of the address`,
    async (t) => {
      const { body, update } = await registered(t);
      for (const [given, members] of [
        [{ client_secret: `${body.client_secret}x` }, ['client_secret']],
        [{ client_secret: 7 }, ['client_secret']],
        [{ client_id: 'another' }, ['client_id']],
        [{ client_id: undefined }, ['client_id']],
        [{ client_id_issued_at: 1 }, ['client_id_issued_at']],
        [{ client_secret_expires_at: 5 }, ['client_secret_expires_at']],
        [
          { registration_access_token: 'x', registration_client_uri: 'https://x.example/' },
          ['registration_access_token', 'registration_client_uri'],
        ],
      ] as const) {
        const refused = await update(given);
        t.deepEqual([refused.statusCode, refused.body.error], [400, 'invalid_client_metadata']);
        t.deepEqual(membersOf(refused.body), members);
      }
      const right = await update({ client_secret: body.client_secret, client_secret_expires_at: 0 });
      t.deepEqual([right.statusCode, right.body.client_secret], [200, undefined] as never);
      t.is((await update({ client_secret: null }, right.body)).statusCode, 200);
    },
  );

  test.serial(
    `${database}: a secret ends with the method that needs it, and a new one comes with that, shown once`,
    async (t) => {
      const { body, update, stored } = await registered(t);
      const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }] };
      const without = [{ token_endpoint_auth_method: 'none' }, { token_endpoint_auth_method: 'private_key_jwt', jwks }];
      let [current, secret] = [body, body.client_secret];
      for (const method of without) {
        const changed = await update(method, current);
        t.is(changed.statusCode, 200, JSON.stringify(changed.body));
        t.false('client_secret' in changed.body);
        t.deepEqual((await stored())?.secretHashes, []);
        const back = await update({}, changed.body);
        t.is(back.body.client_secret_expires_at, 0);
        t.not(back.body.client_secret, secret);
        secret = back.body.client_secret;
        const read = await manage(back.body, 'GET');
        t.false('client_secret' in read.body);
        current = back.body;
      }
    },
  );

  test.serial(`${database}: of two updates at once by one token one is answered, with one new token`, async (t) => {
    const { update, stored } = await registered(t);
    const answers = await atOnce(8, (caller) => update({ client_name: `Number ${caller}` }));
    t.is(
      tally(
        answers.map(({ statusCode }) => statusCode),
        200,
      ),
      1,
    );
    t.is(
      tally(
        answers.map(({ statusCode }) => statusCode),
        401,
      ),
      7,
    );
    const [won] = answers.filter(({ statusCode }) => statusCode === 200);
    t.is((await stored())?.metadata.client_name, won?.body.client_name);
  });

  test.serial(`${database}: what administrators decided is kept, may be repeated, and not be changed`, async (t) => {
    const { body, update, installation } = await registered(t);
    const decided = { resources: [API], first_party: true, client_name: 'Decided', scope: 'openid roles' };
    await updateClient(body.client_id, { ...decided, tos_uri: null }, installation.registration);
    const read = await manage(body, 'GET');
    t.like(read.body, decided);
    const repeated = await manage(body, 'PUT', { ...read.body, contacts: ['a@example.com'] });
    t.like(repeated.body, { ...decided, contacts: ['a@example.com'] });
    const leftOut = await update({ client_name: undefined, redirect_uris: [CALLBACK] }, repeated.body);
    t.like(leftOut.body, decided);
    for (const change of [
      { resources: [] },
      { first_party: false },
      { client_name: 'Mine' },
      { scope: 'openid email' },
      { tos_uri: 'https://app.example.com/t' },
      { require_pkce: false },
      { refresh_grace_seconds: 60 },
    ]) {
      const { statusCode, body: refused } = await update({ client_name: undefined, ...change }, leftOut.body);
      t.is(statusCode, 400);
      t.deepEqual(membersOf(refused), Object.keys(change));
    }
  });

  test.serial(`${database}: the policy bounds each update too, so that scopes are never raised`, async (t) => {
    const policy = {
      scope: { subset_of: ['openid', 'email'] },
      resources: { subset_of: [API], default: [API] },
      minimum_acr: 'urn:latchkey:acr:mfa',
    };
    const { body, update } = await registered(t, { scope: 'openid' }, policy);
    t.like(body, { scope: 'openid', resources: [API], minimum_acr: 'urn:latchkey:acr:mfa' });
    const raised = await update({
      scope: 'openid email profile roles',
      resources: [API, 'https://other.example.com/'],
    });
    t.like(raised.body, { scope: 'openid email', resources: [API], minimum_acr: 'urn:latchkey:acr:mfa' });
    // Left out it would be every scope.
    const leftOut = await update({}, raised.body);
    t.like(leftOut.body, { scope: 'openid email', resources: [API] });
    const lifted = await update(
      { scope: 'openid', resources: null, minimum_acr: 'urn:latchkey:acr:password' },
      leftOut.body,
    );
    t.like(lifted.body, { resources: [API], minimum_acr: 'urn:latchkey:acr:mfa' });
    t.is((await update({ scope: 'openid', first_party: true }, lifted.body)).statusCode, 400);
  });

  test.serial(`${database}: removing ends all that was granted, and the token`, async (t) => {
    const { latchkey, body, installation, issuer } = await registered(t);
    const app = appOf(latchkey, body);
    const { tokens } = await obtainTokens(app, LOGIN, { user: newVisitor() });
    t.is(await userinfo(issuer, tokens.access_token), 200);
    const removed = await manage(body, 'DELETE');
    t.is(removed.statusCode, 204);
    t.is((await manage(body, 'GET')).statusCode, 401);
    t.is((await manage(body, 'DELETE')).statusCode, 401);
    t.is(await userinfo(issuer, tokens.access_token), 401);
    t.is(await installation.clients.get(body.client_id), undefined);
    t.true(
      latchkey.logged.some(
        ({ event, reason, clientId }) =>
          event === 'client.removed' && reason === 'registration' && clientId === body.client_id,
      ),
    );
  });

  test.serial(
    `${database}: no token manages another client, a later one of the same id, or one that nobody registered`,
    async (t) => {
      const { latchkey, body, installation, issuer } = await registered(t);
      const other = (await registered(t)).body;
      const made = await latchkey.createClient({ redirect_uris: [CALLBACK] });
      const bearer = body.registration_access_token;
      for (const id of [other.client_id, made.client_id, 'unknown', '%zz', '__proto__'])
        for (const method of ['GET', 'PUT', 'DELETE'] as const)
          for (const by of [bearer, undefined, ''])
            t.is(
              (
                await ask(`${issuer}/reg/${id}`, {
                  method,
                  bearer: by,
                  ...(method === 'PUT' && { json: { client_id: id, ...own } }),
                })
              ).statusCode,
              401,
            );
      t.is((await manage(other, 'GET')).statusCode, 200);
      await removeClient(body.client_id, installation);
      await latchkey.createClient({ client_id: body.client_id, redirect_uris: [CALLBACK] });
      t.is((await manage(body, 'GET')).statusCode, 401);
      t.truthy(await installation.clients.get(body.client_id));
    },
  );

  test.serial(`${database}: a client is managed from its own addresses alone`, async (t) => {
    const { body, installation } = await registered(t);
    await updateClient(body.client_id, { allowed_ips: ['10.0.0.0/8'] }, installation.registration);
    const from = (ip: string, method: 'GET' | 'DELETE') =>
      ask(body.registration_client_uri, {
        method,
        bearer: body.registration_access_token,
        headers: { 'x-forwarded-for': ip },
      });
    for (const method of ['GET', 'DELETE'] as const) {
      const refused = await from('203.0.113.9', method);
      t.deepEqual([refused.statusCode, refused.body.error], [403, 'access_denied']);
    }
    t.is((await from('10.1.2.3', 'GET')).statusCode, 200);
    t.is((await from('10.1.2.3', 'DELETE')).statusCode, 204);
  });

  test.serial(`${database}: an update is seen at once in the same process`, async (t) => {
    const { latchkey, body, update } = await registered(t);
    const app = appOf(latchkey, body);
    await newVisitor().open(app.request().url);
    await update({ redirect_uris: ['https://other.example.com/callback'] });
    const page = await newVisitor().open(app.request().url);
    t.is(page.status, 400);
    t.true(page.body.includes('invalid_redirect_uri'));
  });

  test.serial(`${database}: of fifty registrations at once a token of three uses lets three in`, async (t) => {
    const { latchkey } = await open();
    const bearer = await newInitialAccessToken(latchkey.installation, { uses: 3 });
    const answers = await atOnce(50, () => ask(`${latchkey.issuer}/reg`, { method: 'POST', bearer, json: own }));
    const told = answers.map(({ statusCode, body }) => `${statusCode} ${body.error ?? ''}`);
    t.deepEqual([tally(told, '201 '), tally(told, '401 invalid_token')], [3, 47]);
  });
});
