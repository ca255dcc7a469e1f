/** The pages at /developer. */
import { clientTypes } from '../../../src/domain/clients/metadata/kinds.ts';
import { securityEvents } from '../../../src/domain/events/security-events.ts';
import type { EventRecord } from '../../../src/ports/events.ts';
import type { RegisteredClient } from '../../../src/storage/records/clients.ts';
import { portalMessagePage } from '../../../src/web/developer/message.ts';
import { type ClientPage, clientPage, clientsPage, newClientPage } from '../../../src/web/developer/pages.ts';
import type { Page } from '../../../src/web/pages/render.ts';
import { en } from '../../../src/web/pages/words/en.ts';
import { BACK, type Drawing, forEachCode, keysOf, type States } from './drawing.ts';

const NOW = Date.UTC(2026, 10, 26, 12);

function clientOf(text: string): RegisteredClient {
  const metadata = {
    client_name: text,
    client_id_issued_at: NOW / 1000,
    redirect_uris: [text, text],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'web',
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
    contacts: [text],
    resources: [text],
    jwks: { keys: [{ kty: text }] },
  };
  const secrets = { secretHashes: ['newest', 'older'], olderSecretsUntil: NOW + 3_600_000 };
  return { id: 'notes-0123456789abcdef', metadata, ...secrets, origin: 'developer', decidedMembers: ['tos_uri'] };
}

/** Every sentence that there is. */
function everyRefusal(): readonly EventRecord[] {
  return keysOf(en.developerRefusals).flatMap((event) =>
    Object.keys(en.developerRefusals[event]).map(
      (reason): EventRecord => ({
        ...{ at: NOW, event, reason, outcome: securityEvents[event].outcome },
        ...{ endpoint: 'token', detail: 'unheard of' },
      }),
    ),
  );
}

export function clientState({ language, text }: Drawing, page: Partial<ClientPage> = {}): Page {
  return clientPage({
    ...{ language, csrfToken: text, account: { id: text, email: text, name: text }, isFresh: true },
    ...{ client: clientOf(text), issuer: 'https://id.example', now: NOW, reference: text, records: [], ...page },
  });
}

export function developerStates(drawing: Drawing): States {
  const { language, text } = drawing;
  const portal = { language, csrfToken: text, account: { id: text, email: text, name: text }, isFresh: true };
  const client = clientOf(text);
  const ofType = (more: RegisteredClient['metadata']) => ({ ...client, metadata: { ...client.metadata, ...more } });
  const ofEachType = [
    client,
    ofType({ token_endpoint_auth_method: 'none' }),
    ofType({ application_type: 'native', token_endpoint_auth_method: 'none' }),
    ofType({ grant_types: ['client_credentials'], client_id_issued_at: undefined }),
  ];
  const withCode = ofType({ redirect_uris: ['https://notes.example/callback'], initiate_login_uri: BACK });
  const problems = ['client_name', 'redirect_uris', 'jwks', 'first_party'].map((member) => ({
    member,
    text: `${member}: ${text}`,
  }));
  const uriProblems = keysOf(en.uriProblems).map((code) => ({ member: 'redirect_uris', text, code, uri: text }));
  const ownProblems = keysOf(en.developer.problems).map((code) => ({ member: 'jwks', text, code }));
  const newForm = { ...portal, form: 'form' };
  return {
    clients: clientsPage({ ...portal, clients: ofEachType, isRemoved: true }),
    clientsNone: clientsPage({ ...portal, clients: [], isRemoved: false }),
    clientsFull: clientsPage({ ...portal, clients: Array.from({ length: 50 }, () => client), isRemoved: false }),
    ...forEachCode('newClient', clientTypes, (type) => newClientPage({ ...newForm, type })),
    newClientWithProblems: newClientPage({ ...newForm, typed: { client_name: text, jwks: text }, problems }),
    newClientWithUriProblems: newClientPage({ ...newForm, problems: [...uriProblems, ...ownProblems] }),
    newClientNotSaved: newClientPage({ ...newForm, isFresh: false, typed: { client_name: text }, isNotSaved: true }),
    newClientToProve: newClientPage({ ...newForm, isFresh: false, typed: { jwks: text }, proveHref: text }),
    client: clientState(drawing, { records: everyRefusal(), isSaved: true }),
    clientWithEarlierRefusals: clientState(drawing, { records: everyRefusal().toReversed() }),
    clientWithProblems: clientState(drawing, { typed: { redirect_uris: text }, problems }),
    clientWithNewSecret: clientState(drawing, { newSecret: text }),
    clientNotSaved: clientState(drawing, { isFresh: false, typed: { tos_uri: text }, isNotSaved: true }),
    ...forEachCode('clientWithout', ['secret', 'removal'], (problemAt) => clientState(drawing, { problemAt })),
    ...forEachCode('clientOfMethod', keysOf(en.developer.methods), (method) =>
      clientState(drawing, {
        client: { ...ofType({ token_endpoint_auth_method: method, resources: undefined }), decidedMembers: [] },
      }),
    ),
    clientOfOtherMethod: clientState(drawing, { client: ofType({ token_endpoint_auth_method: 'tls_client_auth' }) }),
    clientWithCode: clientState(drawing, { client: withCode, program: 'openid-client' }),
    clientWithFilledCode: clientState(drawing, { client: withCode, newSecret: text }),
    clientWithUnfitCode: clientState(drawing, { client: withCode, program: 'oauth2-proxy' }),
    ...forEachCode('portal', keysOf(en.developer.messages), (code) => portalMessagePage(language, code, client.id)),
  };
}
