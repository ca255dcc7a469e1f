/**
 * Apps that register themselves (RFC 7591) and manage what they registered (RFC 7592). The token for that is a keyed hash in the
 * client's own record: it ends with the client, and is replaced in the very write that it allowed.
 */
import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { RegisteredClient } from '../../storage/records/clients.ts';
import { isSameSecret } from '../constant-time.ts';
import { DomainError, type MemberProblem } from '../domain-error.ts';
import { isEqualJson } from '../equal-json.ts';
import { type RemovalDeps, removeClient } from './change.ts';
import { clientProblems } from './client-problems.ts';
import { isDecided, makersProblems, withDecidedMembers } from './decided-members.ts';
import { isKnownMember } from './metadata/member-rules.ts';
import { type ClientMetadata, needsSecret, refuseProblems, withDefaults } from './metadata/metadata.ts';
import { leftOutOfRegistrations, refusedMembers } from './metadata/refused-members.ts';
import { withoutScopesOfResources } from './metadata/self-described.ts';
import { applyPolicy, type MetadataPolicy, membersNamedBy } from './metadata-policy.ts';
import { type ClientDeps, registerClient } from './register.ts';
import { acceptedSecretHashes, clientSecretHash, newClientSecret, withSecretFor } from './secrets.ts';

/** How long a client that came without an initial access token may wait for its first sign-in. */
export const UNUSED_DAYS = 7;

/** What a registration is let in by. */
export interface Admission {
  /** Of the initial access token. */
  readonly policy?: MetadataPolicy | undefined;
  readonly unusedUntil?: number | undefined;
  /** Uses up what it is let in by; throws where nothing is left. */
  readonly admit: () => Promise<void>;
}

export interface Registration {
  /** With a `client_secret` if one was made by this: it cannot be shown again. */
  readonly metadata: ClientMetadata;
  readonly registrationAccessToken: string;
}

/** Who asks to read, to update or to remove a client. */
export interface Manager {
  readonly clientId: string;
  readonly registrationAccessToken: string;
  /** Throws where the client may not be managed from where the request comes. */
  readonly checkAddress: (metadata: ClientMetadata) => void;
}

/** 256 random bits, with a prefix by which secret scanners find a leaked one. */
const newRegistrationAccessToken = (): string => `lk_reg_${randomBytes(32).toString('base64url')}`;

const tokenHash = (keyedHash: KeyedHash, token: string): string => keyedHash.hash('registration access token', token);

/** RFC 7591 2: what is not known is ignored, scopes too. `null` is as good as left out (RFC 7592 2.2), of what there is. */
function understood(given: ClientMetadata, knownScopes: ReadonlySet<string>): ClientMetadata {
  const isSaid = (name: string, value: unknown): boolean => value !== null || refusedMembers.has(name);
  const known = Object.entries(given)
    .filter(([name]) => isKnownMember(name) && !leftOutOfRegistrations.has(name))
    .filter(([name, value]) => isSaid(name, value));
  return withoutScopesOfResources(Object.fromEntries(known), knownScopes);
}

const withPolicy = (policy: MetadataPolicy | undefined, given: ClientMetadata) =>
  policy === undefined ? { metadata: given, problems: [] } : applyPolicy(policy, given);

/** Of a provider that serves: another one takes its place when the OIDC scopes change. */
export interface SelfRegistrationDeps extends ClientDeps {
  readonly knownScopes: ReadonlySet<string>;
}

export async function registerItself(
  given: ClientMetadata,
  { policy, unusedUntil, admit }: Admission,
  deps: SelfRegistrationDeps,
): Promise<Registration> {
  const registrationAccessToken = newRegistrationAccessToken();
  const wanted = withPolicy(policy, understood(given, deps.knownScopes));
  const metadata = await registerClient(wanted.metadata, deps, {
    maker: {
      origin: 'registration',
      registrationAccessTokenHash: tokenHash(deps.keyedHash, registrationAccessToken),
      ...(policy !== undefined && { policy }),
      // It stays so when the client is used: a sign-in vouches for nobody.
      ...(unusedUntil !== undefined && { unusedUntil, isUnvouched: true }),
    },
    free: membersNamedBy(policy ?? {}),
    earlierProblems: wanted.problems,
    admit,
  });
  return { metadata, registrationAccessToken };
}

const tokenInvalid = (): DomainError =>
  new DomainError('registration_token_invalid', {
    reason: 'the registration access token is unknown, was replaced, or is not of this client',
  });

/** Throws the same for a client that is unknown, for one that has no such token, and for a token of another client. */
function checkManager(
  client: RegisteredClient | undefined,
  { registrationAccessToken: token, checkAddress }: Manager,
  keyedHash: KeyedHash,
): RegisteredClient {
  const hash = client?.registrationAccessTokenHash;
  if (client === undefined || hash === undefined || !isSameSecret(hash, tokenHash(keyedHash, token)))
    throw tokenInvalid();
  checkAddress(client.metadata);
  return client;
}

type ManagementDeps = Pick<ClientDeps, 'clients' | 'keyedHash'>;

/** Without any secret. */
export async function readItself(
  manager: Manager,
  { clients, keyedHash }: ManagementDeps,
): Promise<RegisteredClient['metadata']> {
  return checkManager(await clients.get(manager.clientId), manager, keyedHash).metadata;
}

export async function removeItself(manager: Manager, deps: ManagementDeps & RemovalDeps): Promise<void> {
  const mayGo = (client: RegisteredClient) => checkManager(client, manager, deps.keyedHash) === client;
  await removeClient(manager.clientId, deps, 'registration', mayGo).catch((error: unknown) => {
    // Of none, or of one that another request removed first.
    if (error instanceof DomainError && error.code === 'client_unknown') throw tokenInvalid();
    throw error;
  });
}

/** RFC 7592 2.2: it names itself, and its secret only as it is. */
function identityProblems(
  { client_id: id, client_secret: secret }: ClientMetadata,
  client: RegisteredClient,
  { keyedHash, clock }: Pick<ClientDeps, 'keyedHash' | 'clock'>,
): readonly MemberProblem[] {
  const problems: MemberProblem[] = [];
  if (id !== client.id)
    problems.push({ member: 'client_id', text: 'client_id must be the one of the client that is updated' });
  if (secret !== undefined && secret !== null) {
    const hash = typeof secret === 'string' ? clientSecretHash(keyedHash, secret) : '';
    if (!acceptedSecretHashes(client, clock.now()).some((accepted) => isSameSecret(accepted, hash)))
      problems.push({ member: 'client_secret', text: 'client_secret is not the one of this client: leave it out' });
  }
  return problems;
}

/** What is sent back as it was shown says nothing, and neither does what identifies the client (`identityProblems`). */
function withoutShown(given: ClientMetadata, shown: ClientMetadata): ClientMetadata {
  const { client_id: _id, client_secret: _secret, ...rest } = given;
  const isShown = (name: string, value: unknown): boolean =>
    Object.hasOwn(shown, name) && isEqualJson(value, shown[name]);
  return Object.fromEntries(Object.entries(rest).filter(([name, value]) => !isShown(name, value)));
}

type UpdateDeps = Omit<SelfRegistrationDeps, 'resources' | 'accounts'>;

/** All of the metadata is replaced, but for what administrators decided; throws every problem at once. */
function replaced(
  client: RegisteredClient,
  given: ClientMetadata,
  { madeHere, newSecret }: { readonly madeHere: ClientMetadata; readonly newSecret: string },
  deps: UpdateDeps,
): ClientMetadata {
  const { client_id, client_id_issued_at } = client.metadata;
  const policy: MetadataPolicy = client.policy ?? {};
  const free = membersNamedBy(policy);
  const { decidedMembers = [] } = client;
  const shownBefore = { ...madeHere, client_id_issued_at, client_secret_expires_at: 0 };
  const own = understood(withoutShown(given, shownBefore), deps.knownScopes);
  const wanted = withPolicy(client.policy, own);
  const decided = withDecidedMembers(wanted.metadata, client, free);
  const complete = withDefaults({ client_id, client_id_issued_at, ...decided });
  // The secret in it stands in for the stored one, of which only the hash is known.
  const shown = { ...complete, ...(needsSecret(complete) && { client_secret: newSecret }) };
  const earlierProblems = [
    ...identityProblems(given, client, deps),
    // Of what an administrator decided since, the policy says nothing any more.
    ...wanted.problems.filter(({ member }) => !isDecided(member, decidedMembers)),
    // What comes of what is sent: a policy may have made another thing of it.
    ...makersProblems(decided, { free, stored: client, brandName: deps.rules.brandName }),
  ];
  const judged = { given: own, complete, shown, by: 'registration', stored: client, free, earlierProblems } as const;
  refuseProblems(clientProblems(judged, deps));
  return complete;
}

/**
 * With the token comes its successor. `madeHere` is what else an answer shows and metadata is not: it may be sent back. A client
 * that gives up its secret for another way to authenticate gets a new one when it comes back.
 */
export async function updateItself(
  manager: Manager,
  given: ClientMetadata,
  madeHere: ClientMetadata,
  deps: UpdateDeps,
): Promise<Registration> {
  const { clients, keyedHash } = deps;
  const [registrationAccessToken, newSecret] = [newRegistrationAccessToken(), newClientSecret()];
  const newHash = clientSecretHash(keyedHash, newSecret);
  const updated = await clients.update(manager.clientId, (stored) => {
    const client = checkManager(stored, manager, keyedHash);
    const metadata = replaced(client, given, { madeHere, newSecret }, deps);
    const changed = withSecretFor(client, metadata, newHash);
    return { ...changed, registrationAccessTokenHash: tokenHash(keyedHash, registrationAccessToken) };
  });
  const { metadata, secretHashes } = updated ?? checkManager(undefined, manager, keyedHash);
  const secret = secretHashes.includes(newHash) ? { client_secret: newSecret, client_secret_expires_at: 0 } : {};
  return { metadata: { ...metadata, ...secret }, registrationAccessToken };
}
