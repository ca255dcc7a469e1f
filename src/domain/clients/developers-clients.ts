/**
 * Clients that belong to somebody: made, changed, given a new secret and removed at /developer. The rules are those of every other
 * way. Whoever asks for a client that is not theirs learns what they would learn of none.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { IssuedStore } from '../../storage/issued/tokens.ts';
import type { Account } from '../../storage/records/accounts.ts';
import type { ClientStore, RegisteredClient } from '../../storage/records/clients.ts';
import { DomainError } from '../domain-error.ts';
import { isEqualJson } from '../equal-json.ts';
import { type RemovalDeps, removeClient, updateClient } from './change.ts';
import { type ClientType, metadataOfType } from './metadata/kinds.ts';
import type { ClientMetadata } from './metadata/metadata.ts';
import { checkOwner, isOwnedBy } from './ownership.ts';
import { type ClientDeps, newClientId, registerClient } from './register.ts';
import { rotateClientSecret } from './secrets.ts';

export const MAX_OWN_CLIENTS = 50;

/** For how long a secret may go on working after another took its place. */
export const MAX_OVERLAP_HOURS = 24;

const FORM_HOURS = 24;

export interface OwnClientDeps extends ClientDeps, RemovalDeps {
  readonly issued: Pick<IssuedStore, 'firstSeen'>;
}

/** By the roles that the account has at this moment. */
export function mayDevelop({ roles = [] }: Pick<Account, 'roles'>): boolean {
  return roles.includes('developer') || roles.includes('admin');
}

export interface OwnClient {
  readonly clientId: string;
  /** The id of the account. */
  readonly owner: string;
}

export async function findOwnClient(
  { clientId, owner }: OwnClient,
  { clients }: { readonly clients: Pick<ClientStore, 'get'> },
): Promise<RegisteredClient> {
  const client = await clients.get(clientId);
  if (client === undefined) throw new DomainError('client_unknown');
  checkOwner(client, owner);
  return client;
}

interface NewOwnClient {
  readonly owner: string;
  readonly type: ClientType;
  readonly given: ClientMetadata;
  /** Of `newClientForm`: sent twice, it makes one client, and none once that was removed. */
  readonly form: string;
}

/** Names a form, with the second at which it was made: for as long as it can be sent, it is known that it was. */
export function newClientForm(clock: Clock): string {
  return `${Math.floor(clock.now() / 1000)}.${randomBytes(16).toString('base64url')}`;
}

/** Milliseconds since the epoch; 0 for what is no name of a form. */
function formExpiry(form: string): number {
  const [, madeAt = 0] = /^(\d{1,12})\.[\w-]{22}$/.exec(form) ?? [];
  return madeAt === 0 ? 0 : (Number(madeAt) + FORM_HOURS * 3600) * 1000;
}

export function canBeSent(form: string, clock: Clock): boolean {
  const left = formExpiry(form) - clock.now();
  // The clock of another process may be some seconds ahead.
  return left > 0 && left <= (FORM_HOURS + 1) * 3600 * 1000;
}

const nameIn = ({ client_name: name }: ClientMetadata): string => (typeof name === 'string' ? name : '');

/** The id that the client of this form has, or would have. */
export function ownClientId({ owner, given, form }: Omit<NewOwnClient, 'type'>, keyedHash: KeyedHash): string {
  const unique = Buffer.from(keyedHash.hash('client of a form', `${owner}\0${form}`), 'base64url');
  return newClientId(nameIn(given), unique.subarray(0, 8));
}

/**
 * Returns the metadata with the client's secret. The form is used up when nothing is wrong with what it says. When somebody makes several clients at the same moment, each request stores its client
 * first, then counts all clients of the account, and removes its own again if they are more than the limit. So the limit is never
 * passed, but two requests may both remove their client where one would have been enough.
 */
export async function createOwnClient(wanted: NewOwnClient, deps: OwnClientDeps): Promise<ClientMetadata> {
  const { owner, type, given, form } = wanted;
  const { clients, keyedHash, clock, issued, note } = deps;
  if (!canBeSent(form, clock)) throw new DomainError('client_id_taken', { reason: 'This form is too old.' });
  if ((await clients.listOwnedBy(owner, MAX_OWN_CLIENTS)).length >= MAX_OWN_CLIENTS)
    throw new DomainError('too_many_clients');
  const newId = ownClientId(wanted, keyedHash);
  const metadata = await registerClient(metadataOfType(type, given), deps, {
    maker: { origin: 'developer', owner },
    newId,
    async admit() {
      const isFirst = await issued.firstSeen(`client of a form ${owner} ${form}`, formExpiry(form));
      if (!isFirst) throw new DomainError('client_id_taken', { reason: 'This form has made its client already.' });
    },
  });
  if ((await clients.listOwnedBy(owner, MAX_OWN_CLIENTS + 1)).length > MAX_OWN_CLIENTS) {
    await clients.remove(newId);
    throw new DomainError('too_many_clients');
  }
  note?.('client.created', 'developer', { clientId: newId });
  return metadata;
}

/** Returns the new metadata, with a `client_secret` if the client needs one for the first time; undefined where nothing changes. */
export async function updateOwnClient(
  own: OwnClient,
  given: ClientMetadata,
  deps: OwnClientDeps,
): Promise<ClientMetadata | undefined> {
  const { metadata } = await findOwnClient(own, deps);
  const patch = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => !isEqualJson(value, metadata[name])),
  );
  if (Object.keys(patch).length === 0) return undefined;
  const updated = await updateClient(own.clientId, patch, deps, own.owner);
  deps.note?.('client.updated', 'developer', { clientId: own.clientId });
  return updated;
}

export interface OwnRotation extends OwnClient {
  /** Of the secret that is to be replaced (`secretReference`): the form that shows it works once. */
  readonly reference: string;
  /** For how many hours that one goes on working; 0: it stops at once. */
  readonly overlapHours: number;
}

/** Returns the new secret. */
export async function rotateOwnSecret(rotation: OwnRotation, deps: OwnClientDeps): Promise<string> {
  const { clientId, owner, reference, overlapHours } = rotation;
  if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > MAX_OVERLAP_HOURS)
    throw new RangeError('the overlap is a number of hours up to a day');
  const overlap =
    overlapHours > 0 ? { keepsPrevious: true, overlapSeconds: overlapHours * 3600 } : { keepsPrevious: false };
  const secret = await rotateClientSecret({ clientId, owner, reference, ...overlap }, deps);
  deps.note?.('client.secret_rotated', 'developer', { clientId, detail: `for ${overlapHours} h` });
  return secret;
}

export function removeOwnClient({ clientId, owner }: OwnClient, deps: OwnClientDeps): Promise<void> {
  return removeClient(clientId, deps, 'developer', (client) => isOwnedBy(client, owner));
}
