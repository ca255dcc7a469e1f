/** What administrators decide of an address whose metadata document is a client: what it may, or that it is none. */
import type { ClientStore, RegisteredClient } from '../../../storage/records/clients.ts';
import { DomainError } from '../../domain-error.ts';
import { keptProblems } from '../client-problems.ts';
import { isForAdministrators, unknownProblems } from '../metadata/member-rules.ts';
import { type ClientMetadata, type MetadataRules, refuseProblems } from '../metadata/metadata.ts';
import { isDocumentAddress } from './documents.ts';

export const isOfDocument = (client: RegisteredClient | undefined): boolean =>
  client === undefined || client.origin === 'document';

/** True where no registered client has that id, and a document could be at it. */
export async function isLeftToDocument(clientId: string, clients: Pick<ClientStore, 'get'>): Promise<boolean> {
  return isDocumentAddress(clientId) && isOfDocument(await clients.get(clientId));
}

/** With what only the document can say, so that the rest can be judged. It is judged again whenever the document is read. */
function problemsOf(decided: ClientMetadata, rules: MetadataRules) {
  const isForNative = decided.allowed_schemes !== undefined;
  const says = { token_endpoint_auth_method: 'private_key_jwt', application_type: isForNative ? 'native' : 'web' };
  const likely = { ...says, grant_types: [], response_types: [], ...decided };
  return keptProblems(likely, rules).filter(({ member }) => Object.hasOwn(decided, member));
}

/** A JSON merge patch (RFC 7396) of what was decided before. */
export async function decideOnDocument(
  clientId: string,
  { client_id: _named, ...patch }: ClientMetadata,
  { clients, rules }: { readonly clients: ClientStore; readonly rules: MetadataRules },
): Promise<ClientMetadata> {
  const notTheirs = Object.keys(patch)
    .filter((member) => !isForAdministrators(member))
    .map((member) => ({ member, text: `${member} is said by the metadata document at ${clientId}` }));
  const unknown = unknownProblems(patch);
  const written = await clients.put(clientId, (stored) => {
    if (stored?.isBlocked === true)
      throw new DomainError('client_unknown', { reason: 'This address is blocked; client unblock ends that.' });
    if (!isOfDocument(stored)) return undefined;
    const merged = Object.entries({ ...stored?.metadata, ...patch }).filter(([, value]) => value !== null);
    const metadata = Object.fromEntries(merged);
    refuseProblems(unknown.length > 0 ? unknown : [...notTheirs, ...problemsOf(metadata, rules)]);
    return { id: clientId, metadata, secretHashes: [], origin: 'document' };
  });
  // Registered in this very moment.
  if (written === undefined) throw new DomainError('client_unknown');
  return { client_id: clientId, ...written.metadata };
}

/** What was decided is kept, and holds again once the block ends. */
export const blocked = (id: string, decided: ClientMetadata = {}): RegisteredClient => ({
  ...{ id, metadata: decided, secretHashes: [] },
  origin: 'document',
  isBlocked: true,
});

export const isAnyDecided = ({ metadata }: RegisteredClient): boolean => Object.keys(metadata).length > 0;

/** False where a registered client has that id. */
export async function block(clientId: string, clients: ClientStore): Promise<boolean> {
  const written = await clients.put(clientId, (stored) =>
    isOfDocument(stored) ? blocked(clientId, stored?.metadata) : undefined,
  );
  return written !== undefined;
}

/** False where it was not blocked. */
export async function unblock(clientId: string, clients: ClientStore): Promise<boolean> {
  const written = await clients.put(clientId, (stored) => {
    if (stored?.isBlocked !== true) return undefined;
    const { isBlocked: _ended, ...decided } = stored;
    return decided;
  });
  if (written === undefined) return false;
  // Nothing was decided: nothing is left of it.
  if (!isAnyDecided(written))
    await clients.removeIf(clientId, (client) => isOfDocument(client) && !isAnyDecided(client));
  return true;
}
