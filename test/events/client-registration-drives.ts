/** How each event of clients comes about that no administrator makes: by the apps themselves, and at /developer. */
import { withClient } from '../developer/fixture.ts';
import { ask, manage, newInitialAccessToken } from '../support/registrations.ts';
import { CALLBACK } from '../support/relying-party.ts';
import { type Drive, newBrowser, type Watched, watchedProvider } from './fixture.ts';

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

/** Makes a client at /developer, and presses a button of its page. */
const atPortal =
  (button?: string, fields = {}): Drive =>
  async (shared) => {
    const { user, clientId } = await withClient(shared, {}, newBrowser());
    const page = await user.open(`${shared.latchkey.issuer}/developer/clients/${clientId}`);
    if (button !== undefined) await user.submit(page, button, fields);
    return shared;
  };

export const clientRegistrationDrives: Readonly<Record<string, Readonly<Record<string, Drive>>>> = {
  'client.created': {
    developer: atPortal(),
    async registration(shared) {
      await register(shared);
      return shared;
    },
  },
  'client.updated': {
    developer: atPortal('client-save', { client_name: 'Logs' }),
    async registration(shared) {
      const client = await register(shared);
      await manage(client, 'PUT', { client_id: client.client_id, ...plain });
      return shared;
    },
  },
  'client.secret_rotated': {
    developer: atPortal('secret-rotate', { overlap: '4' }),
  },
  'client.removed': {
    developer: atPortal('client-remove', { understood: 'yes' }),
    async registration(shared) {
      await manage(await register(shared), 'DELETE');
      return shared;
    },
  },
};
