/** Which tokens are issued, how they rotate, who may introspect or revoke them, and what a JWT access token carries. */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { groupsOf } from '../../domain/accounts/claims.ts';
import { isUsable } from '../../domain/accounts/usable.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import { boundsOf, type ClientCache } from '../adapter/clients.ts';
import { tokenBits } from '../adapter/tokens.ts';
import { isInAllowedGroup } from '../policy/allowed-groups.ts';
import { OFFLINE } from '../policy/offline-access.ts';
import { answerOf, spaceDelimited } from '../requested-access.ts';
import { isFapiClient } from './fapi.ts';
import { signInClaims } from './issued-level.ts';
import { clockToleranceSeconds, isRefreshTokenOver } from './lifetimes.ts';
import type { ResourceCache } from './resources.ts';

/** Private claims by which a JWT access token names its grant and session: keyed hashes, so that no id leaks. */
export const GRANT_CLAIM = 'urn:latchkey:grant';
export const SESSION_CLAIM = 'urn:latchkey:session';

/** The last call before a refresh token is used: one that was to outlive the session ends once its user has refused just that. */
function refuseWithoutOffline({ oidc: { entities } }: KoaContextWithOIDC): void {
  const { RefreshToken, Grant } = entities;
  if (spaceDelimited(RefreshToken?.scope).includes(OFFLINE) && !answerOf(Grant).allowed.oidcScopes.includes(OFFLINE))
    throw new errors.InvalidGrant('the user refused lasting access');
}

function refuseOver({ oidc: { entities, client } }: KoaContextWithOIDC, clock: Clock): void {
  if (entities.RefreshToken !== undefined && isRefreshTokenOver(entities.RefreshToken, client, clock))
    throw new errors.InvalidGrant('refresh token is expired');
}

interface TokenOptionsDeps {
  readonly clock: Clock;
  readonly resources: ResourceCache;
  readonly grants: GrantStore;
  readonly sessions: SessionStore;
  readonly mayIntrospect: IntrospectionPolicy;
}

export function tokenOptions({ clock, resources, grants, sessions, mayIntrospect }: TokenOptionsDeps): Configuration {
  return {
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // RFC 9700 4.14.2: rotate, and detect replay. FAPI 2.0 Security Profile 5.3.2.1: not where a key protects the token.
    rotateRefreshToken(ctx) {
      refuseWithoutOffline(ctx);
      refuseOver(ctx, clock);
      const { client } = ctx.oidc;
      return client === undefined || !isFapiClient(client);
    },
    expiresWithSession: async (_ctx, source) => !source.scopes.has('offline_access'),
    revokeGrantPolicy: endsGrant,
    extraTokenClaims: signInClaims,
    acceptQueryParamAccessTokens: false,
    formats: {
      bitsOfOpaqueRandomness: (_ctx, { kind }) => tokenBits(kind),
      customizers: {
        jwt: async (_ctx, token, jwt) => {
          const { tokenType: typ } = (await resources.get(String(token.aud))) ?? {};
          if (typ !== undefined) jwt.header = { ...jwt.header, typ };
          if ('grantId' in token && token.grantId !== undefined) {
            jwt.payload[GRANT_CLAIM] = grants.referenceOf(token.grantId);
          }
          if ('expiresWithSession' in token && token.expiresWithSession && token.sessionUid !== undefined) {
            jwt.payload[SESSION_CLAIM] = sessions.referenceOf(token.sessionUid);
          }
        },
      },
    },
    features: {
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) =>
          mayIntrospect(client, {
            clientId: token.clientId,
            accountId: 'accountId' in token && typeof token.accountId === 'string' ? token.accountId : undefined,
            audience: 'aud' in token && typeof token.aud === 'string' ? token.aud : undefined,
            isRefreshToken: token.kind === 'RefreshToken',
            hasGrant: 'grantId' in token && token.grantId !== undefined,
          }),
      },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
    },
  };
}

export interface IntrospectedToken {
  readonly clientId: string | undefined;
  /** Absent where a client got it for itself. */
  readonly accountId: string | undefined;
  readonly audience: string | undefined;
  readonly isRefreshToken: boolean;
  readonly hasGrant: boolean;
  /** Of a JWT, in seconds; what is stored goes with its client. */
  readonly issuedAt?: number | undefined;
}

interface IntrospectingClient {
  readonly clientId: string;
  /** When it was registered, in seconds. */
  readonly clientIdIssuedAt?: number | undefined;
  readonly clientAuthMethod?: string | undefined;
}

interface IntrospectionDeps {
  readonly resources: ResourceCache;
  readonly clients: ClientCache;
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

export type IntrospectionPolicy = (client: IntrospectingClient, token: IntrospectedToken) => Promise<boolean>;

/**
 * RFC 7662 4: a token's own client may introspect it, and the API clients of the resource it is meant for. Nobody one that
 * a removed client got for itself: the grants of a removed client are gone, but that token has none. It stays inactive when the
 * `client_id` is registered again. Nobody either one of an account that
 * has left the groups its client is for, or has expired: of that nobody is told, so what it was issued is still there.
 */
export function createIntrospectionPolicy({
  resources,
  clients,
  accounts,
  clock,
}: IntrospectionDeps): IntrospectionPolicy {
  /** What the account is and which groups it has left counts at once, those that a client is limited to within seconds: it is read once a request less. */
  async function mayStillUse({ clientId, accountId }: IntrospectedToken): Promise<boolean> {
    if (accountId === undefined) return true;
    const account = await accounts.get(accountId);
    if (account === undefined || !isUsable(account, clock.now())) return false;
    const owner = clientId === undefined ? undefined : await clients.get(clientId);
    return isInAllowedGroup(groupsOf(account), boundsOf(owner));
  }

  async function mayIntrospectToken(
    { clientId, clientAuthMethod, clientIdIssuedAt }: IntrospectingClient,
    token: IntrospectedToken,
  ) {
    if (token.clientId === clientId) return token.hasGrant || isOfRegistration(token, clientIdIssuedAt);
    // A public client proves nothing about itself, and a refresh token concerns its own client alone.
    if (clientAuthMethod === 'none' || token.isRefreshToken || token.audience === undefined) return false;
    const resource = await resources.get(token.audience);
    if (!resource?.introspectionClients.includes(clientId)) return false;
    if (token.hasGrant) return true;
    const owner = token.clientId === undefined ? undefined : boundsOf(await clients.reload(token.clientId));
    return owner !== undefined && isOfRegistration(token, owner.client_id_issued_at);
  }

  return async (client, token) => (await mayIntrospectToken(client, token)) && mayStillUse(token);
}

/** Of a client that was removed and registered again with the same `client_id` an older token is of the client before. */
function isOfRegistration({ issuedAt }: IntrospectedToken, registeredAt: unknown): boolean {
  if (issuedAt === undefined || typeof registeredAt !== 'number') return true;
  return issuedAt >= registeredAt - clockToleranceSeconds;
}

/** RFC 7009 2.1: revoking an access token leaves the grant; a replay, a revoked refresh token and a sign-out end it. */
function endsGrant({ oidc }: KoaContextWithOIDC): boolean {
  return !(oidc.route === 'revocation' && oidc.entities.AccessToken !== undefined);
}

interface ClientMetadata {
  readonly [member: string]: unknown;
}

/** Undefined where the setting is empty: then it depends on the client. */
export type ReuseSetting = number | undefined;

const defaultReuseSeconds = 10;
/** Neither a secret nor a key keeps a thief of its refresh token from using it. */
const unprotectedReuseSeconds = 3;

/** 0 means that a second use is a replay at once. */
export function reuseIntervalSecondsOf(
  client: ClientMetadata | undefined,
  setting: ReuseSetting,
  { isBoundToKey }: { readonly isBoundToKey: boolean },
): number {
  // What does not rotate needs no reuse interval.
  if (client === undefined || isFapiClient(client)) return 0;
  const own = client.refresh_grace_seconds;
  if (typeof own === 'number') return own;
  const isProtected = client.clientAuthMethod !== 'none' || isBoundToKey || client.dpopBoundAccessTokens === true;
  return setting ?? (isProtected ? defaultReuseSeconds : unprotectedReuseSeconds);
}
