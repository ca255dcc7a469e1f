import type { GrantStore } from '../../storage/issued/grants.ts';
import type { ClientAuthor, ClientStore, RegisteredClient } from '../../storage/records/clients.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { EventStore } from '../../storage/records/events.ts';
import { DomainError } from '../domain-error.ts';
import { type ActDeps, finishAct } from '../events/begun-acts.ts';
import { clientProblems } from './client-problems.ts';
import { everyMember, withDecided, withoutDecided } from './decided-members.ts';
import {
  block,
  blocked,
  decideOnDocument,
  isAnyDecided,
  isLeftToDocument,
  isOfDocument,
  unblock,
} from './documents/decisions.ts';
import { isDocumentAddress } from './documents/documents.ts';
import { untagged } from './metadata/member-rules.ts';
import { type ClientMetadata, needsSecret, refuseProblems, withDefaults } from './metadata/metadata.ts';
import { checkOwner, type IsMeant } from './ownership.ts';
import { type ClientDeps, type RegisterOptions, registerClient } from './register.ts';
import { clientSecretHash, newClientSecret, withSecretFor } from './secrets.ts';

/**
 * A JSON merge patch (RFC 7396) of the top level: given members replace, null removes. What an administrator says takes the place of what
 * the maker of the client said in one language, too.
 */
function patched({ metadata, origin }: RegisteredClient, patch: ClientMetadata, by: ClientAuthor): ClientMetadata {
  const isOfMaker = by === 'administrator' && origin !== undefined;
  const isReplaced = (name: string): boolean => isOfMaker && name.includes('#') && Object.hasOwn(patch, untagged(name));
  const before = Object.entries(metadata).filter(([name]) => !isReplaced(name));
  const kept = Object.entries({ ...Object.fromEntries(before), ...patch }).filter(([, value]) => value !== null);
  return withDefaults(Object.fromEntries(kept), by);
}

/**
 * Without an owner an administrator changes it; the owner of a client cannot change the members that an administrator decided. Returns the
 * new metadata, with a `client_secret` if the client needs one and had none.
 */
export async function updateClient(
  clientId: string,
  patch: ClientMetadata,
  deps: Omit<ClientDeps, 'clock' | 'resources' | 'accounts'>,
  owner?: string,
): Promise<ClientMetadata> {
  const { clients, keyedHash } = deps;
  if (owner === undefined && (await isLeftToDocument(clientId, clients)))
    return decideOnDocument(clientId, patch, deps);
  const by: ClientAuthor = owner === undefined ? 'administrator' : 'developer';
  // A client that is shown, changed and given back names itself.
  const { client_id: named, ...others } = patch;
  const given = named === clientId ? others : patch;
  const newSecret = newClientSecret();
  const newHash = clientSecretHash(keyedHash, newSecret);
  const updated = await clients.update(clientId, (client) => {
    checkOwner(client, owner);
    const metadata = patched(client, patch, by);
    // The new secret stands in for the stored one, of which only the hash is known.
    const shown = { ...metadata, ...(needsSecret(metadata) && { client_secret: newSecret }) };
    refuseProblems(clientProblems({ given, complete: metadata, shown, by, stored: client }, deps));
    const changed = withSecretFor(client, metadata, newHash);
    return by === 'administrator' ? withDecided(changed, Object.keys(others)) : changed;
  });
  if (updated === undefined) throw new DomainError('client_unknown');
  return updated.secretHashes.includes(newHash) ? { ...updated.metadata, client_secret: newSecret } : updated.metadata;
}

/**
 * Undefined takes it away: nobody at /developer may change it any more. What administrators decided of it stays decided: of a client that
 * one of them made that is all that it is until then (`leaveToOwner`).
 */
export async function setClientOwner(
  clientId: string,
  owner: string | undefined,
  { clients, accounts }: Pick<ClientDeps, 'clients' | 'accounts'>,
): Promise<void> {
  if (owner !== undefined && (await accounts.get(owner)) === undefined) throw new DomainError('account_unknown');
  const updated = await clients.update(clientId, ({ owner: _before, ...client }) => {
    if (owner === undefined) return client;
    // Whoever has its registration access token would go on changing it.
    if (client.origin !== undefined && client.origin !== 'developer') throw new DomainError('client_not_ownable');
    const decidedMembers = client.origin === undefined ? everyMember(client) : (client.decidedMembers ?? []);
    return { ...client, origin: 'developer', owner, decidedMembers };
  });
  if (updated === undefined) throw new DomainError('client_unknown');
}

/** Whoever owns or made it may change these members again. */
export async function leaveToOwner(
  clientId: string,
  names: readonly string[],
  { clients }: Pick<ClientDeps, 'clients'>,
): Promise<void> {
  if ((await clients.update(clientId, (client) => withoutDecided(client, names))) === undefined)
    throw new DomainError('client_unknown');
}

export interface RemovalDeps extends ActDeps {
  readonly clients: ClientStore;
  readonly consents: Pick<ConsentStore, 'removeForClient'>;
  readonly events: Pick<EventStore, 'removeForClient'>;
  readonly grants: Pick<GrantStore, 'destroyAllOf'>;
}

/** Takes away what is registered or decided, and says whether there was anything. Nobody else becomes that client by a document. */
async function takeAway(clientId: string, clients: ClientStore, condition?: IsMeant): Promise<boolean> {
  if (!isDocumentAddress(clientId))
    return condition === undefined ? clients.remove(clientId) : clients.removeIf(clientId, condition);
  const isMeant = condition ?? (() => true);
  // A registered one leaves its address blocked; of a blocked one goes what was decided.
  const leftBehind = await clients.put(clientId, (stored) => {
    if (stored === undefined || !isMeant(stored)) return undefined;
    const staysBlocked = stored.isBlocked === true ? isAnyDecided(stored) : !isOfDocument(stored);
    return staysBlocked ? blocked(clientId) : undefined;
  });
  if (leftBehind !== undefined) return true;
  return clients.removeIf(clientId, (client) => isOfDocument(client) && client.isBlocked !== true && isMeant(client));
}

/** Returns how much there was. */
async function removeAllOf(clientId: string, { consents, events, grants }: RemovalDeps): Promise<number> {
  const destroyed = await grants.destroyAllOf({ clientId });
  const forgotten = await consents.removeForClient(clientId);
  return destroyed + forgotten + (await events.removeForClient(clientId));
}

/** Whoever may remove only what is meant learns nothing of what else there is, and ends nothing of it. */
export async function removeClient(
  clientId: string,
  deps: RemovalDeps,
  by: ClientAuthor = 'administrator',
  isMeant?: IsMeant,
): Promise<void> {
  const noteAct = (detail = {}) => deps.note?.('client.removed', by, { clientId, ...detail });
  // The client first, so that nothing new is granted. The rest goes even if the client is gone: a crash may have left it.
  const wasThere = await takeAway(clientId, deps.clients, isMeant);
  if (wasThere) await finishAct(() => removeAllOf(clientId, deps), noteAct);
  else if (isMeant !== undefined) throw new DomainError('client_unknown');
  else if ((await removeAllOf(clientId, deps)) > 0) noteAct();
  else throw new DomainError('client_unknown');
}

/**
 * An administrator gives it its id, which may be the address of a document that was a client until now: what people allowed that one,
 * they did not allow this one. Before, so that nothing is made where that fails; and after, for what was granted meanwhile.
 */
export async function createClient(
  wanted: ClientMetadata,
  deps: ClientDeps & RemovalDeps,
  options: RegisterOptions = {},
): Promise<ClientMetadata> {
  const { client_id: id } = wanted;
  const takesPlace = typeof id === 'string' && (await isLeftToDocument(id, deps.clients));
  if (takesPlace) await removeAllOf(id, deps);
  const shown = await registerClient(wanted, deps, options);
  if (takesPlace) await removeAllOf(id, deps);
  return shown;
}

/** From now on nothing at that address is a client, and all that it got ends. */
export async function blockClient(clientId: string, deps: RemovalDeps): Promise<void> {
  if (!isDocumentAddress(clientId))
    throw new DomainError('client_unknown', { reason: 'No metadata document can be at that address.' });
  if (!(await block(clientId, deps.clients)))
    throw new DomainError('client_id_taken', { reason: 'This client is registered: client remove ends it.' });
  await finishAct(
    () => removeAllOf(clientId, deps),
    (detail) => deps.note?.('client.blocked', 'administrator', { clientId, ...detail }),
  );
}

export async function unblockClient(clientId: string, { clients, note }: Pick<RemovalDeps, 'clients' | 'note'>) {
  if (!(await unblock(clientId, clients)))
    throw new DomainError('client_unknown', { reason: 'This address is not blocked.' });
  note?.('client.unblocked', 'administrator', { clientId });
}
