/**
 * Clients whose metadata is a document at their `client_id` (draft-ietf-oauth-client-id-metadata-document). oidc-provider asks our
 * storage first, then:
 *
 *  1. `allowFetch`: not what is blocked, or was tried a moment ago, and only while the budget of the caller's network lasts;
 *  2. our `fetch`, with its guard: what comes back is checked whole, and holds nothing that is not for the client to say;
 *  3. `allowClient`, at every request: what administrators decided of the address takes the place of what anybody else said.
 */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { describeWithoutValues, documentScope, isDocumentAddress } from '../../domain/clients/documents/documents.ts';
import { isForAdministrators } from '../../domain/clients/metadata/member-rules.ts';
import { type ClientMetadata, type MetadataRules, metadataProblems } from '../../domain/clients/metadata/metadata.ts';
import { type Budgets, chargesOfStranger } from '../../domain/throttle/budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import type { UnreadableDocuments } from '../../storage/throttle/unreadable-documents.ts';
import type { ClientCache } from '../adapter/clients.ts';
import type { ResourceCache } from '../options/resources.ts';
import { tooManyRequests } from '../protection/status-error.ts';
import { currentRequest, isForPrograms, noteForCurrent } from '../request.ts';
import { KeySets } from './key-sets.ts';
import { readDocument, type Send, type ValidateDocument } from './reading.ts';
import { explained, notKnown, notUsable, triedBefore, UnreadableDocument } from './unreadable.ts';

/** How long oidc-provider keeps a document, by what its server says: within these bounds (section 4.4 of the draft). */
const cacheDuration = { min: 60, max: 3600 };

type Client = NonNullable<KoaContextWithOIDC['oidc']['client']>;

export interface MetadataDocumentsDeps {
  readonly isOn: boolean;
  readonly clients: ClientCache;
  readonly resources: ResourceCache;
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly unreadable: UnreadableDocuments;
  readonly budgets: Pick<Budgets, 'takeAll'>;
  readonly rules: MetadataRules;
  readonly knownScopes: ReadonlySet<string>;
  readonly validate: ValidateDocument;
  readonly clock: Clock;
}

export interface MetadataDocuments {
  readonly options: Configuration;
  /** Around what oidc-provider fetches: documents, and the keys of clients that are known by one. */
  around(send: Send): Send;
  /** What is answered where there is no client: nothing is fetched once more that oidc-provider could make none of. */
  errorOf(clientId: string, error: unknown): Promise<unknown>;
}

/** oidc-provider asks for nothing else so: keys by GET with another `redirect`, notices of a sign-out by POST. */
const isForDocument = ({ method, redirect }: RequestInit): boolean => method === 'GET' && redirect === 'manual';

export function createMetadataDocuments(deps: MetadataDocumentsDeps): MetadataDocuments {
  const { clients, resources, accounts, unreadable, budgets, rules, knownScopes } = deps;
  const keySets = new KeySets(deps.clock);
  /** Addresses of documents that we have read, until oidc-provider has made clients of them. */
  const unused = new Set<string>();

  async function decidedOf(clientId: string): Promise<ClientMetadata> {
    const stored = await clients.get(clientId);
    if (stored?.kind !== 'document') throw notKnown('it was removed, or an administrator blocked it');
    return stored.decided;
  }

  /** As for a registered client: its ID tokens must be no access tokens for an API, nor it be taken for a user (RFC 9068 5). */
  async function refuseIdOfResource(id: string): Promise<void> {
    if ((await resources.get(id)) !== undefined) throw notKnown('a resource has this client_id as its identifier');
  }

  /** Not at every request, for it is a call on the database: within an hour the document is fetched again. */
  async function refuseIdOfAccount(id: string): Promise<void> {
    if ((await accounts.get(id)) !== undefined) throw notKnown('an account has this client_id as its id');
  }

  async function isPaidFor(ctx: KoaContextWithOIDC | undefined): Promise<boolean> {
    const request = currentRequest();
    const address = request?.address();
    if (request === undefined || address === undefined) return false;
    const charges = chargesOfStranger(address, ['documentFetches', 'documentFetchesOfNetwork']);
    const taken = await budgets.takeAll(charges);
    if (!('retryAfterSeconds' in taken)) return true;
    // Whoever signs out does so in any case: that app is not told.
    if (ctx?.oidc.route === 'end_session_confirm') return false;
    // oidc-provider looks for the client once more to say so.
    if (!request.securityEvents.some(({ event }) => event === 'request.throttled'))
      noteForCurrent('request.throttled', 'metadata_document', { endpoint: ctx?.oidc.route });
    throw tooManyRequests('too many metadata documents were fetched for you, try again later', taken.retryAfterSeconds);
  }

  async function allowFetch(ctx: KoaContextWithOIDC | undefined, clientId: string): Promise<boolean> {
    if (!isDocumentAddress(clientId)) throw notKnown('no metadata document can be at that address');
    // The budget of who looks at the page of somebody else is not for that page to spend: by images, say.
    if (!isForPrograms(ctx?.oidc.route) && currentRequest()?.isPartOfPage() === true)
      throw notKnown('no browser was sent there');
    await decidedOf(clientId);
    await refuseIdOfResource(clientId);
    await refuseIdOfAccount(clientId);
    const mark = await unreadable.find(clientId);
    if (mark !== undefined) throw triedBefore(mark);
    return isPaidFor(ctx);
  }

  /** Only here it is certain that this client comes from a document: members that only administrators may set are removed from it. */
  async function allowClient(_ctx: unknown, client: Client): Promise<boolean> {
    unused.delete(client.clientId);
    const decided = await decidedOf(client.clientId);
    await refuseIdOfResource(client.clientId);
    const members = client as unknown as Record<string, unknown>;
    for (const name of Object.keys(members).filter(isForAdministrators)) delete members[name];
    delete members.clientIdIssuedAt;
    if (client.scope !== undefined) members.scope = documentScope(client.scope, knownScopes);
    Object.assign(members, decided);
    // What was decided and what the document says now need not go together.
    const problems = metadataProblems(client.metadata(), rules);
    if (problems.length > 0) throw notUsable(describeWithoutValues(problems));
    if (client.jwksUri !== undefined) keySets.serve(client);
    return true;
  }

  async function fetchDocument(address: string, options: RequestInit, send: Send): Promise<Response> {
    const decided = await decidedOf(address);
    try {
      const document = await readDocument(address, options, send, { ...deps, decided });
      unused.add(address);
      return document;
    } catch (error) {
      if (error instanceof UnreadableDocument)
        await unreadable.remember(address, error.isForNow ? 'unreachable' : 'unreadable');
      throw error;
    }
  }

  async function errorOf(clientId: string, error: unknown): Promise<unknown> {
    if (unused.delete(clientId)) await unreadable.remember(clientId, 'unreadable');
    return explained(error);
  }

  if (!deps.isOn) return { options: {}, around: (send) => send, errorOf };
  return {
    options: {
      features: {
        clientIdMetadataDocument: { enabled: true, ack: 'draft-02', cacheDuration, allowFetch, allowClient },
      },
    },
    errorOf,
    around: (send) => (address, options) => {
      if (isForDocument(options)) return fetchDocument(address, options, send);
      return keySets.isAsked() ? keySets.fetch(address, options, send) : send(address, options);
    },
  };
}
