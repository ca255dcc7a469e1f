/** How each event of apps that register themselves comes about. */
import { ask, manage, newInitialAccessToken } from '../support/registrations.ts';
import { CALLBACK } from '../support/relying-party.ts';
import { type Drive, type Watched, watchedProvider } from './fixture.ts';

const plain = { client_name: 'Self-made', redirect_uris: [CALLBACK] };

async function register({ latchkey: { issuer, installation } }: Watched, more = {}) {
  const bearer = await newInitialAccessToken(installation);
  return (await ask(`${issuer}/reg`, { method: 'POST', bearer, json: { ...plain, ...more } })).body;
}

export const refusedRegistration: Drive = async (shared) => {
  await register(shared, { first_party: true });
  return shared;
};

export const throttledRegistration: Drive = async (_shared, t) => {
  const environment = { REGISTRATION: 'open', BUDGET_FACTOR: '0.01' };
  const provider = await watchedProvider(t, { environment });
  for (const json of [plain, plain]) await ask(`${provider.latchkey.issuer}/reg`, { method: 'POST', json });
  return provider;
};

export const clientRegistrationDrives: Readonly<Record<string, Readonly<Record<string, Drive>>>> = {
  'client.created': {
    async registration(shared) {
      await register(shared);
      return shared;
    },
  },
  'client.updated': {
    async registration(shared) {
      const client = await register(shared);
      await manage(client, 'PUT', { client_id: client.client_id, ...plain });
      return shared;
    },
  },
  'client.removed': {
    async registration(shared) {
      await manage(await register(shared), 'DELETE');
      return shared;
    },
  },
};
