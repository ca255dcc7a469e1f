/** What leaves of an account, a client, a grant or a key: never a password hash or private key, and a secret only when it is new. */
import type { InitialAccessToken } from '../../src/domain/clients/initial-access-tokens.ts';
import type { ClientMetadata } from '../../src/domain/clients/metadata/metadata.ts';
import { acceptedSecretHashes } from '../../src/domain/clients/secrets.ts';
import type { Invitation } from '../../src/domain/registration/invitations.ts';
import type { KeyState, StoredSigningKey } from '../../src/provider/signing-keys.ts';
import type { AccountFactors } from '../../src/storage/factors/factors.ts';
import type { ListedGrant } from '../../src/storage/issued/grants.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import type { ClientOrigin, RegisteredClient } from '../../src/storage/records/clients.ts';

export const SECRET_NOTE = 'the secret is shown this once: only its hash is kept';

/** For a secret that was never shown. */
export function adviceIfSecretNotWritten(clientId: unknown): string {
  return `the client ${clientId} has a secret that nobody knows; "client rotate-secret ${clientId}" gives it another, and ends the one before if there was one`;
}

export function viewAccount(account: Account): Readonly<Record<string, unknown>> {
  const {
    passwordHash,
    sessionsEndedAt: _sessionsEndedAt,
    hasSignedIn: _hasSignedIn,
    noticesEndedAt: _noticesEndedAt,
    noticeAnswers = [],
    expiresAt,
    awaitsApproval = false,
    acceptedTerms,
    createdAt,
    updatedAt,
    ...shown
  } = account;
  const lastAnswer = noticeAnswers.at(-1);
  return {
    ...shown,
    roles: account.roles ?? [],
    awaitsApproval,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(lastAnswer && { deniedAt: new Date(lastAnswer.at).toISOString() }),
    ...(acceptedTerms && { acceptedTerms: { ...acceptedTerms, at: new Date(acceptedTerms.at).toISOString() } }),
    hasPassword: passwordHash !== undefined,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

const isoDate = (milliseconds: number): string => new Date(milliseconds).toISOString();

const dates = ({ addedAt, lastUsedAt }: { readonly addedAt: number; readonly lastUsedAt?: number }) => ({
  addedAt: isoDate(addedAt),
  lastUsedAt: lastUsedAt === undefined ? null : isoDate(lastUsedAt),
});

/** Never what they are proven by, nor what their owner calls them. */
export function viewFactors(
  { apps, passkeys, recoveryCodes }: AccountFactors,
  rememberedDevices: number,
): Readonly<Record<string, unknown>> {
  return {
    authenticatorApps: apps.map(dates),
    passkeys: passkeys.map((passkey) => ({ ...dates(passkey), isSynced: passkey.deviceType === 'multiDevice' })),
    recoveryCodesLeft: recoveryCodes.length,
    rememberedDevices,
  };
}

/** Never its link. */
export function viewInvitation(invitation: Invitation): Readonly<Record<string, unknown>> {
  const { id, email, name, groups = [], invitedAt, goodUntil, expiresAt, language } = invitation;
  return {
    id,
    email,
    ...(name !== undefined && { name }),
    groups,
    invitedAt: new Date(invitedAt).toISOString(),
    goodUntil: new Date(goodUntil).toISOString(),
    ...(expiresAt !== undefined && { accountExpiresAt: new Date(expiresAt).toISOString() }),
    ...(language !== undefined && { language }),
  };
}

/** Never the token. */
export function viewInitialAccessToken(token: InitialAccessToken): Readonly<Record<string, unknown>> {
  const { id, name, uses, usesLeft, policy, issuedAt, expiresAt } = token;
  return {
    id,
    ...(name !== undefined && { name }),
    uses,
    uses_left: usesLeft,
    issued_at: isoTime(issuedAt),
    expires_at: isoTime(expiresAt),
    ...(policy !== undefined && { policy }),
  };
}

export function originOf({ origin }: RegisteredClient): ClientOrigin {
  return origin ?? 'administrator';
}

/** With who made it, and whose it is. Of a metadata document what was decided; the rest is at its address. */
export function viewListedClient(client: RegisteredClient): ClientMetadata {
  const { id, metadata, owner, unusedUntil, isBlocked } = client;
  return {
    client_id: id,
    ...metadata,
    origin: originOf(client),
    ...(isBlocked && { blocked: true }),
    ...(owner !== undefined && { owner }),
    ...(unusedUntil !== undefined && { unused_until: isoDate(unusedUntil) }),
  };
}

export function viewClient(client: RegisteredClient, now: number): ClientMetadata {
  const { decidedMembers, policy, origin } = client;
  return {
    ...viewListedClient(client),
    ...(decidedMembers !== undefined && { decided_members: decidedMembers }),
    ...(policy !== undefined && { policy }),
    ...(origin !== 'document' && { accepted_secrets: acceptedSecretHashes(client, now).length }),
  };
}

const isoTime = (seconds: unknown): string | null =>
  typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null;

/** Its id stays here: the reference names it, in access tokens too. */
export function viewGrant({ reference, payload }: ListedGrant): Readonly<Record<string, unknown>> {
  const { openid, resources = {} } = payload as {
    readonly openid?: { readonly scope?: string };
    readonly resources?: Readonly<Record<string, string>>;
  };
  const scopes = [openid?.scope ?? '', ...Object.values(resources)].flatMap((scope) => scope.split(' '));
  return {
    grant: reference,
    accountId: payload.accountId,
    clientId: payload.clientId,
    scopes: [...new Set(scopes)].filter((scope) => scope !== ''),
    resources: Object.keys(resources),
    grantedAt: isoTime(payload.iat),
    expiresAt: isoTime(payload.exp),
  };
}

export function viewSigningKey({
  jwk,
  signsFrom,
  state,
}: StoredSigningKey & { readonly state: KeyState }): Readonly<Record<string, unknown>> {
  return { kid: jwk.kid, alg: jwk.alg, state, signsFrom: signsFrom ? new Date(signsFrom).toISOString() : null };
}
