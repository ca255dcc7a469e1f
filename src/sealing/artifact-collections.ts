/** Says where each engine model is stored, and which of its fields are kept beside the sealed payload for lookups. */
import type { ArtifactModel, ArtifactPayload } from '../ports/artifacts.ts';
import type { Collection } from '../ports/collections.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';

export const artifactCollections = {
  Interaction: 'interactions',
  Grant: 'grants',
  AuthorizationCode: 'authorization_codes',
  AccessToken: 'access_tokens',
  RefreshToken: 'refresh_tokens',
  ClientCredentials: 'client_credentials',
  DeviceCode: 'device_codes',
  PushedAuthorizationRequest: 'pushed_authorization_requests',
  InitialAccessToken: 'initial_access_tokens',
  RegistrationAccessToken: 'registration_access_tokens',
} as const satisfies Record<ArtifactModel, Collection>;

/** What dies with its grant, beside the claim on it. */
export const grantBoundCollections = [
  'authorization_codes',
  'access_tokens',
  'refresh_tokens',
  'refresh_answers',
  'device_codes',
] as const satisfies readonly Collection[];

type LookupValue = (payload: ArtifactPayload, keyedHash: KeyedHash) => string | undefined;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const grantId: LookupValue = (payload, keyedHash) => {
  const id = text(payload.grantId);
  return id && grantReference(id, keyedHash);
};
const accountId: LookupValue = (payload) => text(payload.accountId);
const clientId: LookupValue = (payload) => text(payload.clientId);
const userCode: LookupValue = (payload, keyedHash) => {
  const code = text(payload.userCode);
  return code && hashedUserCode(code, keyedHash);
};

const lookupValues: Readonly<Record<ArtifactModel, Readonly<Record<string, LookupValue>>>> = {
  Interaction: {},
  Grant: { accountId, clientId },
  AuthorizationCode: { grantId },
  AccessToken: { grantId },
  RefreshToken: { grantId },
  ClientCredentials: { clientId },
  DeviceCode: { grantId, userCode },
  PushedAuthorizationRequest: {},
  InitialAccessToken: {},
  RegistrationAccessToken: { clientId },
};

/** Under what a grant is stored, and how its JWT access tokens name it. */
export function grantReference(grantId: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('grant', grantId);
}

export function hashedUserCode(code: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('user code', code);
}

export function lookupsOf(
  model: ArtifactModel,
  payload: ArtifactPayload,
  keyedHash: KeyedHash,
): Record<string, string> {
  const lookups: Record<string, string> = {};
  for (const [name, valueIn] of Object.entries(lookupValues[model])) {
    const value = valueIn(payload, keyedHash);
    if (value !== undefined) lookups[name] = value;
  }
  return lookups;
}
