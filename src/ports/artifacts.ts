/** Where what the protocol engine issues is kept: codes, tokens, grants, interactions, pushed requests. */
import type { ConsumeOutcome } from './records.ts';

export const artifactModels = [
  'Interaction',
  'Grant',
  'AuthorizationCode',
  'AccessToken',
  'RefreshToken',
  'ClientCredentials',
  'DeviceCode',
  'PushedAuthorizationRequest',
  'InitialAccessToken',
  'RegistrationAccessToken',
] as const;

export type ArtifactModel = (typeof artifactModels)[number];

export type ArtifactPayload = Readonly<Record<string, unknown>>;

export interface FoundArtifact {
  readonly payload: ArtifactPayload;
  /** Milliseconds since the epoch. */
  readonly consumedAt?: number;
}

export interface ChangedArtifact {
  readonly payload: ArtifactPayload;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

export interface ArtifactStore {
  /** Creates or replaces; a consumed artifact stays consumed. `expiresAt` in milliseconds since the epoch. */
  save(model: ArtifactModel, id: string, payload: ArtifactPayload, expiresAt?: number): Promise<void>;
  find(model: ArtifactModel, id: string): Promise<FoundArtifact | undefined>;
  /** RFC 8628 user codes can be guessed: they are looked up by a keyed hash. One that two devices hold finds neither. */
  findByUserCode(userCode: string): Promise<FoundArtifact | undefined>;
  /** `consumed` for exactly one of many callers. */
  consume(model: ArtifactModel, id: string): Promise<ConsumeOutcome>;
  /** True for exactly one of many callers, where the artifact was there. */
  destroy(model: ArtifactModel, id: string): Promise<boolean>;
  /** Changes an artifact by compare-and-set, again when somebody else was first; false when there is none: it is never made anew. */
  change(model: ArtifactModel, id: string, change: (payload: ArtifactPayload) => ChangedArtifact): Promise<boolean>;
  /** Ends a grant, then removes every artifact of it, whichever client asked. */
  destroyGrant(grantId: string): Promise<void>;
  /** Ends every grant of an account, or of a client, with all that hangs on them. */
  destroyGrantsOf(owner: { readonly accountId: string } | { readonly clientId: string }): Promise<number>;
  /** A keyed hash that names a grant in its JWT access tokens without giving its id away. */
  grantReference(grantId: string): string;
  findGrantByReference(reference: string): Promise<ArtifactPayload | undefined>;
  /** True the first time an identifier is seen before `expiresAt` (client assertion and DPoP `jti`: RFC 7523 3, RFC 9449 11.1). */
  firstSeen(identifier: string, expiresAt: number): Promise<boolean>;
  /** Denies a JWT access token by its `jti` until it would have expired anyway. */
  revokeToken(jti: string, expiresAt: number): Promise<void>;
  isTokenRevoked(jti: string): Promise<boolean>;
}
