import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import type { ResourceStore } from '../../storage/records/resources.ts';
import { DomainError } from '../domain-error.ts';
import { madeHereProblems, unknownProblems } from './member-rules.ts';
import {
  type ClientMetadata,
  checkMetadata,
  type MetadataRules,
  needsSecret,
  refuseMetadata,
  textOf,
  type ValidateClientMetadata,
  withDefaults,
} from './metadata.ts';
import { clientSecretHash, isWeakSecret, newClientSecret } from './secrets.ts';

export interface ClientDeps {
  readonly clients: ClientStore;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  readonly validateMetadata: ValidateClientMetadata;
  readonly rules: MetadataRules;
  readonly resources: Pick<ResourceStore, 'get'>;
  readonly accounts: Pick<AccountStore, 'get'>;
}

const MAX_ID_CHARACTERS = 255;
const MAX_SECRET_CHARACTERS = 1024;

/** Readable in logs, and unique. */
export function newClientId(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replace(/^-+|-+$/g, '');
  return `${words === '' ? 'client' : words}-${randomBytes(8).toString('hex')}`;
}

export interface RegisterOptions {
  /** A migration has no choice: the secret that its app has is what it is. */
  readonly allowsWeakSecret?: boolean;
}

/** The one that is given, as a migration does, or a new one for clients that authenticate with a secret. */
function secretFor(metadata: ClientMetadata, { allowsWeakSecret = false }: RegisterOptions): string | undefined {
  const given = textOf(metadata, 'client_secret');
  if (given === undefined) return needsSecret(metadata) ? newClientSecret() : undefined;
  if (metadata.token_endpoint_auth_method === 'none') refuseMetadata('a public client has no client_secret');
  if (given.length > MAX_SECRET_CHARACTERS) {
    refuseMetadata(`client_secret has at most ${MAX_SECRET_CHARACTERS} characters`);
  }
  // RFC 6749 10.10: 128 bits, since whoever has the client_id can try secrets at the token endpoint.
  if (!allowsWeakSecret && isWeakSecret(given)) {
    refuseMetadata(
      'client_secret has less than 128 bits (22 random letters of base64url); let one be made, or force it',
    );
  }
  return given;
}

/** OIDC Core 2, RFC 9068 5: an ID token for the client must be no access token for an API, and the client be taken for no user. */
async function throwOnTakenId(id: string, { resources, accounts }: ClientDeps): Promise<void> {
  if ((await resources.get(id)) !== undefined)
    throw new DomainError('client_id_taken', { reason: 'A resource has this client_id as its identifier.' });
  if ((await accounts.get(id)) !== undefined)
    throw new DomainError('client_id_taken', { reason: 'An account has this client_id as its id.' });
}

/** Returns the metadata with the client's secret, which is kept as a hash only and cannot be shown again. */
export async function registerClient(
  wanted: ClientMetadata,
  deps: ClientDeps,
  options: RegisterOptions = {},
): Promise<ClientMetadata> {
  const { clients, keyedHash, clock, validateMetadata, rules } = deps;
  checkMetadata(withDefaults(wanted), rules, [...madeHereProblems(wanted, 'create'), ...unknownProblems(wanted)]);
  const id = textOf(wanted, 'client_id') ?? newClientId(textOf(wanted, 'client_name') ?? '');
  if (id.length > MAX_ID_CHARACTERS) refuseMetadata(`client_id has at most ${MAX_ID_CHARACTERS} characters`);
  const { client_secret: given, client_id: _id, client_secret_expires_at: _never, ...rest } = withDefaults(wanted);
  const metadata = { client_id: id, client_id_issued_at: Math.floor(clock.now() / 1000), ...rest };
  const secret = secretFor({ ...metadata, client_secret: given }, options);
  // RFC 7591 3.2.1: required beside a secret; 0 means that it does not expire.
  const shown = secret === undefined ? metadata : { client_secret: secret, client_secret_expires_at: 0, ...metadata };
  validateByProvider(shown, validateMetadata);
  if (wanted.client_id !== undefined) await throwOnTakenId(id, deps);
  const secretHashes = secret === undefined ? [] : [clientSecretHash(keyedHash, secret)];
  if (!(await clients.create({ id, metadata, secretHashes }))) throw new DomainError('client_id_taken');
  return shown;
}

/** Makes a `DomainError` with oidc-provider's own message. */
export function validateByProvider(metadata: ClientMetadata, validate: ValidateClientMetadata): void {
  try {
    validate(metadata);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const described = 'error_description' in error ? error.error_description : undefined;
    refuseMetadata(typeof described === 'string' ? described : error.message);
  }
}
