import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import type { ClientAuthor, ClientStore, RegisteredClient } from '../../storage/records/clients.ts';
import type { ResourceStore } from '../../storage/records/resources.ts';
import { DomainError, type MemberProblem } from '../domain-error.ts';
import { type ClientRules, clientProblems } from './client-problems.ts';
import { MAX_CLIENT_ID_CHARACTERS } from './documents/documents.ts';
import {
  type ClientMetadata,
  needsSecret,
  problemsOf,
  refuseMember,
  refuseProblems,
  textOf,
  withDefaults,
} from './metadata/metadata.ts';
import { clientSecretHash, isWeakSecret, newClientSecret } from './secrets.ts';

export interface ClientDeps extends ClientRules {
  readonly clients: ClientStore;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  readonly resources: Pick<ResourceStore, 'get'>;
  readonly accounts: Pick<AccountStore, 'get'>;
}

/** The page /account signs people in as this client: it is built in, and not registered. */
export const ACCOUNT_CLIENT_ID = 'latchkey-account';

const MAX_SECRET_CHARACTERS = 1024;

/** Readable in logs, and unique. */
export function newClientId(name: string, unique: Buffer = randomBytes(8)): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replace(/^-+|-+$/g, '');
  return `${words === '' ? 'client' : words}-${unique.toString('hex')}`;
}

/** Whoever registers a client and is no administrator. */
export interface Maker
  extends Pick<RegisteredClient, 'owner' | 'policy' | 'registrationAccessTokenHash' | 'unusedUntil' | 'isUnvouched'> {
  readonly origin: Exclude<ClientAuthor, 'administrator'>;
}

export interface RegisterOptions {
  /** Absent: an administrator registers it. */
  readonly maker?: Maker;
  /** Made by us before, so that a form that is sent twice registers one client. */
  readonly newId?: string;
  /** Members of administrators that the maker may give all the same: an initial access token sets or bounds them. */
  readonly free?: ReadonlySet<string>;
  /** What was found wrong before. */
  readonly earlierProblems?: readonly MemberProblem[];
  /** Called when nothing is wrong, and throws where the client may not come all the same: what it uses up is spent on no refusal. */
  readonly admit?: () => Promise<void>;
  /** A migration has no choice: the secret that its app has is what it is. */
  readonly allowsWeakSecret?: boolean;
}

function checkId(wanted: ClientMetadata): void {
  const id = textOf(wanted, 'client_id');
  if (id !== undefined && id.length > MAX_CLIENT_ID_CHARACTERS)
    refuseMember('client_id', `client_id has at most ${MAX_CLIENT_ID_CHARACTERS} characters`);
}

function checkSecret(metadata: ClientMetadata, { allowsWeakSecret = false }: RegisterOptions): void {
  const given = textOf(metadata, 'client_secret');
  if (given === undefined) return;
  if (metadata.token_endpoint_auth_method === 'none')
    refuseMember('client_secret', 'a public client has no client_secret');
  if (given.length > MAX_SECRET_CHARACTERS) {
    refuseMember('client_secret', `client_secret has at most ${MAX_SECRET_CHARACTERS} characters`);
  }
  // RFC 6749 10.10: 128 bits, since whoever has the client_id can try secrets at the token endpoint.
  if (!allowsWeakSecret && isWeakSecret(given)) {
    refuseMember(
      'client_secret',
      'client_secret has less than 128 bits (22 random letters of base64url); let one be made, or force it',
    );
  }
}

function idAndSecretProblems(wanted: ClientMetadata, complete: ClientMetadata, options: RegisterOptions) {
  return problemsOf([() => checkId(wanted), () => checkSecret(complete, options)]);
}

const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** With a secret, the one that is given, as a migration does, or a new one for clients that authenticate with one. */
function withIdAndSecret(
  complete: ClientMetadata,
  issuedAt: number,
  newId = newClientId(textIn(complete.client_name) ?? ''),
): ClientMetadata {
  const { client_secret: given, client_id: id, client_secret_expires_at: _never, ...rest } = complete;
  const client_id = textIn(id) ?? newId;
  const metadata = { client_id, client_id_issued_at: issuedAt, ...rest };
  const secret = textIn(given) ?? (needsSecret(metadata) ? newClientSecret() : undefined);
  // RFC 7591 3.2.1: required beside a secret; 0 means that it does not expire.
  return secret === undefined ? metadata : { client_secret: secret, client_secret_expires_at: 0, ...metadata };
}

/** OIDC Core 2, RFC 9068 5: an ID token for the client must be no access token for an API, and the client be taken for no user. */
async function throwOnTakenId(id: string, { resources, accounts }: ClientDeps): Promise<void> {
  if (id === ACCOUNT_CLIENT_ID)
    throw new DomainError('client_id_taken', { reason: 'This client is built in: the page /account.' });
  if ((await resources.get(id)) !== undefined)
    throw new DomainError('client_id_taken', { reason: 'A resource has this client_id as its identifier.' });
  if ((await accounts.get(id)) !== undefined)
    throw new DomainError('client_id_taken', { reason: 'An account has this client_id as its id.' });
}

/** A client is registered in place of one that was removed, or blocked. */
async function takeBlockedPlace(client: RegisteredClient, clients: ClientStore): Promise<boolean> {
  const written = await clients.put(client.id, (stored) => (stored?.isBlocked === true ? client : undefined));
  return written !== undefined;
}

/** Returns the metadata with the client's secret, which is kept as a hash only and cannot be shown again. */
export async function registerClient(
  wanted: ClientMetadata,
  deps: ClientDeps,
  options: RegisterOptions = {},
): Promise<ClientMetadata> {
  const { clients, keyedHash, clock } = deps;
  const { maker, newId, free = new Set(), admit } = options;
  const by = maker?.origin ?? 'administrator';
  const complete = withDefaults(wanted, by);
  const shown = withIdAndSecret(complete, Math.floor(clock.now() / 1000), newId);
  // Nobody but an administrator may bring these along at all.
  const ofAdministrator = by === 'administrator' ? idAndSecretProblems(wanted, complete, options) : [];
  const earlierProblems = [...(options.earlierProblems ?? []), ...ofAdministrator];
  refuseProblems(clientProblems({ given: wanted, complete, shown, by, free, earlierProblems }, deps));
  const { client_secret: secret, client_secret_expires_at: _never, ...metadata } = shown;
  const id = String(metadata.client_id);
  if (wanted.client_id !== undefined) await throwOnTakenId(id, deps);
  await admit?.();
  const secretHashes = secret === undefined ? [] : [clientSecretHash(keyedHash, String(secret))];
  const client = { id, metadata, secretHashes, ...maker };
  // Only an administrator gives an id, and so may register what is at an address that is blocked.
  if (!(await clients.create(client)) && !(await takeBlockedPlace(client, clients)))
    throw new DomainError('client_id_taken');
  return shown;
}
