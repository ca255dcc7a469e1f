/** How each cause is brought about for which an app cannot register itself, or not change what it registered. */
import { updateClient } from '../../src/domain/clients/change.ts';
import type { Fixture } from '../support/provider-fixture.ts';
import { type Asked, ask, manage, newInitialAccessToken } from '../support/registrations.ts';
import { CALLBACK } from '../support/relying-party.ts';
import type { Provocations, Provoke } from './provoked-requests.ts';
import { toldBy } from './told.ts';

const plain = { client_name: 'Self-made', redirect_uris: [CALLBACK] };

const registering =
  (asked: Partial<Asked>): Provoke =>
  async ({ latchkey: { issuer, installation } }) => {
    const bearer = await newInitialAccessToken(installation);
    return toldBy(await ask(`${issuer}/reg`, { method: 'POST', bearer, ...asked }));
  };

async function registered({ latchkey: { issuer, installation } }: Fixture) {
  const bearer = await newInitialAccessToken(installation);
  return (await ask(`${issuer}/reg`, { method: 'POST', bearer, json: plain })).body;
}

const updating =
  (more: object): Provoke =>
  async (fixture) => {
    const client = await registered(fixture);
    return toldBy(await manage(client, 'PUT', { client_id: client.client_id, ...plain, ...more }));
  };

export const provokedRegistrations: Provocations = {
  'invalid_token#registration-without-token': registering({ bearer: undefined, json: plain }),
  'invalid_token#initial-access-token-gone': registering({ bearer: 'lk_iat_unknown', json: plain }),
  'invalid_token#management-without-token': async (fixture) =>
    toldBy(await ask((await registered(fixture)).registration_client_uri, { method: 'GET' })),
  'invalid_token#registration-access-token-wrong': async (fixture) =>
    toldBy(await ask((await registered(fixture)).registration_client_uri, { method: 'GET', bearer: 'lk_reg_unknown' })),
  'invalid_request#registration-body': registering({ json: [plain] }),
  'invalid_redirect_uri#redirect-uri-not-registrable': registering({
    json: { ...plain, redirect_uris: ['http://app.example/'] },
  }),
  'invalid_client_metadata#registration-for-administrators': registering({ json: { ...plain, first_party: true } }),
  'invalid_client_metadata#registration-decided': async (fixture) => {
    const client = await registered(fixture);
    await updateClient(client.client_id, { client_name: 'Decided' }, fixture.latchkey.installation.registration);
    return toldBy(await manage(client, 'PUT', { client_id: client.client_id, ...plain }));
  },
  'invalid_client_metadata#registration-secret-wrong': updating({ client_secret: 'another' }),
};
