/** How each cause is brought about that the pages at /developer show. */
import { MAX_OWN_CLIENTS } from '../../src/domain/clients/developers-clients.ts';
import { atAccount } from '../account/fixture.ts';
import { atPortal, REDIRECT, withClient } from '../developer/fixture.ts';
import type { Provocations } from './provoked-requests.ts';
import { browse, toldOnPage } from './told.ts';

export const provokedAtPortal: Provocations = {
  'developer_role_missing#no-role': async (fixture) => {
    const { user } = await atAccount(fixture);
    return browse(`${fixture.latchkey.issuer}/developer`, user);
  },
  'developer_client_unknown#no-own-client': async (fixture) => {
    const { clientId } = await withClient(fixture);
    const { user } = await atPortal(fixture);
    return browse(`${fixture.latchkey.issuer}/developer/clients/${clientId}`, user);
  },
  'developer_client_made#sent-twice': async (fixture) => {
    const { user } = await atPortal(fixture);
    const form = await user.open(`${fixture.latchkey.issuer}/developer/new`);
    const fields = { client_name: 'Notes', redirect_uris: REDIRECT };
    await user.submit(form, 'client-create', fields);
    return toldOnPage(await user.submit(form, 'client-create', fields));
  },
  'developer_client_made#client-gone': async (fixture) => {
    const { user } = await atPortal(fixture);
    const form = await user.open(`${fixture.latchkey.issuer}/developer/new`);
    const fields = { client_name: 'Notes', redirect_uris: REDIRECT };
    await user.submit(await user.submit(form, 'client-create', fields), 'client-remove', { understood: 'yes' });
    return toldOnPage(await user.submit(form, 'client-create', fields));
  },
  'developer_secret_rotated#sent-twice': async (fixture) => {
    const { user, clientId } = await withClient(fixture);
    const page = await user.open(`${fixture.latchkey.issuer}/developer/clients/${clientId}`);
    await user.submit(page, 'secret-rotate', { overlap: '1' });
    return toldOnPage(await user.submit(page, 'secret-rotate', { overlap: '1' }));
  },
  'developer_client_without_secret#made-public': async (fixture) => {
    const { user, clientId } = await withClient(fixture);
    const page = await user.open(`${fixture.latchkey.issuer}/developer/clients/${clientId}`);
    await user.submit(page, 'client-save', { token_endpoint_auth_method: 'none' });
    return toldOnPage(await user.submit(page, 'secret-rotate', { overlap: '1' }));
  },
  'developer_clients_full#fifty-clients': async (fixture) => {
    const { user, account } = await atPortal(fixture);
    const { clients } = fixture.latchkey.installation;
    const form = await user.open(`${fixture.latchkey.issuer}/developer/new`);
    const made = { metadata: {}, secretHashes: [], origin: 'developer', owner: account.id } as const;
    for (let at = 0; at < MAX_OWN_CLIENTS; at += 1) await clients.create({ id: `${account.id}-${at}`, ...made });
    return toldOnPage(await user.submit(form, 'client-create', { client_name: 'Notes', redirect_uris: REDIRECT }));
  },
};
