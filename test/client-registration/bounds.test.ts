/** What a client that made itself cannot give itself: neither at once nor later, whatever its policy or an administrator left open. */
import test from 'ava';
import got from 'got';
import { updateClient } from '../../src/domain/clients/change.ts';
import { parsePolicy } from '../../src/domain/clients/metadata-policy.ts';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { API, sharedProvider } from '../support/provider-fixture.ts';
import { ask, manage, newInitialAccessToken, type RegistrationAnswer } from '../support/registrations.ts';
import { appOf, CALLBACK } from '../support/relying-party.ts';

const { latchkey } = await sharedProvider({ environment: { REGISTRATION: 'open' } });
const { issuer, installation } = latchkey;
const plain = { client_name: 'Notes', redirect_uris: [CALLBACK] };

let networks = 0;
async function register(json: object, policy?: object) {
  networks += 1;
  const bearer = policy && (await newInitialAccessToken(installation, { policy: parsePolicy(policy) }));
  const headers = { 'x-forwarded-for': `10.78.${networks}.1` };
  return ask(`${issuer}/reg`, { method: 'POST', json: { ...plain, ...json }, bearer, headers });
}

const membersOf = ({ problems = [] }: RegistrationAnswer): readonly string[] => problems.map(({ member }) => member);

const update = (made: RegistrationAnswer, given: object) =>
  manage(made, 'PUT', { client_id: made.client_id, ...plain, ...given });

/** Asks for a token of the API without a user. */
async function ownTokenError(client: RegistrationAnswer): Promise<string | undefined> {
  const { body } = await appOf(latchkey, client).token({ grant_type: 'client_credentials', resource: API });
  return body.error;
}

for (const scope of [{ default: 'openid' }, { add: ['openid'] }, { superset_of: ['openid'] }, { essential: true }]) {
  test(`under a policy that does not bound scope the scope roles is got in no way: ${JSON.stringify(scope)}`, async (t) => {
    const { body } = await register({ scope: 'openid' }, { scope });
    for (const asked of [['openid', 'roles'], 'openid roles', [['openid roles']], ['openid roles']]) {
      const { statusCode, body: refused } = await update(body, { scope: asked });
      t.is(statusCode, 400);
      t.deepEqual(membersOf(refused), ['scope']);
      t.is((await register({ scope: asked }, { scope })).statusCode, 400);
    }
    t.is((await installation.clients.get(body.client_id))?.metadata.scope, 'openid');
  });
}

test('what cannot be made a text is refused like any other value of the wrong kind', async (t) => {
  const odd = { toString: 1 };
  const { body } = await register({});
  for (const given of [{ grant_types: [odd] }, { scope: [odd] }, { client_secret: odd }, { client_name: odd }]) {
    t.is((await update(body, given)).statusCode, 400, JSON.stringify(given));
    t.is((await register(given, { scope: { add: ['openid'] } })).statusCode, 400, JSON.stringify(given));
  }
});

test('a policy that names APIs gives no client tokens of them without a user, unless it bounds grant_types too', async (t) => {
  const resources = { subset_of: [API] };
  const asked = { grant_types: ['client_credentials'], redirect_uris: [] };
  const alone = await register(asked, { resources });
  t.deepEqual([alone.statusCode, alone.body.resources], [201, [API]]);
  t.is(await ownTokenError(alone.body), 'invalid_target');
  const both = await register(asked, { resources, grant_types: { value: ['client_credentials'] } });
  t.is(await ownTokenError(both.body), undefined);
});

test('an app that an administrator binds to an API gets no tokens of it without a user by a grant that it adds', async (t) => {
  const both = ['authorization_code', 'client_credentials'];
  const [later, before] = [(await register({})).body, (await register({ grant_types: both })).body];
  for (const { client_id: id } of [later, before])
    await updateClient(id, { resources: [API] }, installation.registration);
  t.is((await update(later, { grant_types: both })).statusCode, 200);
  t.deepEqual([await ownTokenError(later), await ownTokenError(before)], ['invalid_target', 'invalid_target']);
  await updateClient(before.client_id, { grant_types: both }, installation.registration);
  t.is(await ownTokenError(before), undefined, 'once an administrator decided its grants');
});

test('what an administrator calls an app it is called in every language', async (t) => {
  const tagged = { 'client_name#en': 'Bank', 'logo_uri#de': 'https://app.example.com/logo' };
  const { body } = await register(tagged);
  await updateClient(body.client_id, { client_name: 'Not checked', logo_uri: null }, installation.registration);
  const stored = (await installation.clients.get(body.client_id))?.metadata ?? {};
  t.deepEqual(
    Object.keys(stored).filter((name) => name.includes('#')),
    [],
  );
  const { statusCode, body: refused } = await manage(body, 'PUT', {
    ...{ client_id: body.client_id, redirect_uris: [CALLBACK] },
    ...tagged,
  });
  t.deepEqual([statusCode, [...membersOf(refused)].sort()], [400, Object.keys(tagged)]);
});

test('no app takes the name of this service, however it is written', async (t) => {
  for (const name of ['Latchkey', ' LATCH-key. ', 'Ｌａｔｃｈｋｅｙ', 'Látchkey'])
    for (const member of ['client_name', 'client_name#de'])
      t.deepEqual(membersOf((await register({ [member]: name })).body), [member], name);
  const { body } = await register({ client_name: 'Latchkey notes' });
  t.deepEqual(membersOf((await update(body, { client_name: 'latchkey' })).body), ['client_name']);
});

test('under a policy that bounds cors_origins no origin follows from the redirect URIs', async (t) => {
  const policy = { cors_origins: { subset_of: ['https://partner.example'] } };
  const { body } = await register({ token_endpoint_auth_method: 'none' }, policy);
  t.deepEqual(body.cors_origins, []);
  const { origin } = new URL(CALLBACK);
  const { headers } = await got(`${issuer}/token`, {
    ...{ method: 'POST', headers: { origin }, throwHttpErrors: false },
    form: { grant_type: 'authorization_code', code: 'x', client_id: body.client_id, redirect_uri: CALLBACK },
  });
  t.is(headers['access-control-allow-origin'], undefined);
});

test('the redirect URIs of an app that nobody is asked about are an administrator’s', async (t) => {
  const { body } = await register({});
  await updateClient(body.client_id, { first_party: true }, installation.registration);
  const { body: refused } = await update(body, { redirect_uris: ['https://other.example.com/cb'] });
  t.deepEqual(membersOf(refused), ['redirect_uris']);
  t.is((await update(body, { client_name: 'Renamed' })).statusCode, 200);
});

test('a body of more members than a client can have is refused', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`member_${at}`, at]));
  t.is((await register(many)).statusCode, 400);
});

test('a network whose registrations are refused again and again is slowed down, and read no more', async (t) => {
  const from = async (json: object) =>
    (await ask(`${issuer}/reg`, { method: 'POST', json, headers: { 'x-forwarded-for': '198.51.100.9' } })).statusCode;
  const answers: number[] = [];
  for (let sent = 0; sent < budgets.refusedRegistrations.limit; sent += 1) answers.push(await from({}));
  t.deepEqual([...new Set(answers)], [400]);
  t.is(await from({}), 429);
  t.is(await from(plain), 429);
  t.is((await register({})).statusCode, 201, 'another network');
});
