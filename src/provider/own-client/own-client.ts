/**
 * The provider is a client of itself: the page /account signs people in as any app does, so that every rule for sign-ins holds
 * there too. Its code is redeemed inside of the process, because the issuer's address may not be reachable from there.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type AdapterPayload, errors } from 'oidc-provider';
import type { Config } from '../../config/config.ts';
import { ACCOUNT_CLIENT_ID } from '../../domain/clients/register.ts';
import { isSameSecret } from '../../domain/constant-time.ts';
import type { Level } from '../../domain/factors/levels.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { CurrentProvider } from '../current-provider.ts';
import { currentRequest } from '../request.ts';
import { paths } from '../routes.ts';

const redirectUri = (issuer: string): string => `${issuer}${ACCOUNT_PATH}/callback`;

/** It is stored nowhere, so nobody can change or remove it. */
export function ownClient({ issuer, brandName }: Pick<Config, 'issuer' | 'brandName'>): AdapterPayload {
  return Object.freeze<AdapterPayload>({
    client_id: ACCOUNT_CLIENT_ID,
    client_name: brandName,
    client_uri: `${issuer}${ACCOUNT_PATH}`,
    redirect_uris: [redirectUri(issuer)],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    scope: 'openid',
    first_party: true,
    // In place of the hash of a secret: no secret has it, so nobody redeems its codes at the token endpoint.
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: randomBytes(32).toString('base64url'),
  });
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

export interface OwnRequest {
  readonly state: string;
  /** RFC 7636: 32 random bytes in base64url. */
  readonly verifier: string;
  /** Whoever is signed in has to prove again that they are this account. */
  readonly proofOf?: { readonly id: string; readonly email: string } | undefined;
  /** How strong the sign-in has to be. */
  readonly level?: Level | undefined;
  /** Begins with making an account. */
  readonly isRegistration?: boolean;
}

/** The address at which such a sign-in begins. */
export function ownRequestAddress(
  issuer: string,
  { state, verifier, proofOf, level, isRegistration }: OwnRequest,
): string {
  const address = new URL(`${issuer}${paths.authorization}`);
  address.search = new URLSearchParams({
    client_id: ACCOUNT_CLIENT_ID,
    redirect_uri: redirectUri(issuer),
    response_type: 'code',
    scope: 'openid',
    state,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...(isRegistration && { prompt: 'create' }),
    // OIDC Core 3.1.2.1
    ...(level !== undefined && { acr_values: level }),
    ...(proofOf && {
      prompt: 'login',
      login_hint: proofOf.email,
      // OIDC Core 5.5.1: no code for any other account.
      claims: JSON.stringify({ id_token: { sub: { value: proofOf.id } } }),
    }),
  }).toString();
  return address.href;
}

export interface OwnSignIn {
  readonly accountId: string;
  readonly sessionUid: string;
  /** Seconds since the epoch (OIDC Core 2). */
  readonly authTime: number;
  /** The same, where it was for this request: a session can have answered, which somebody signed in to elsewhere. */
  readonly provenAt?: number;
  /** How strong it was, and what it was made of (OIDC Core 2). */
  readonly acr?: string;
  readonly amr?: readonly string[];
}

interface RedeemDeps {
  readonly issuer: string;
  readonly provider: Pick<CurrentProvider, 'current'>;
}

/** For exactly one of many callers. Undefined when the code is not for this client, browser or session, or was used (RFC 6749 4.1.3). */
export async function redeemOwnCode(
  code: string,
  verifier: string,
  { issuer, provider }: RedeemDeps,
): Promise<OwnSignIn | undefined> {
  // Looks also whether the session behind it lives.
  const found = await provider.current().AuthorizationCode.find(code);
  if (found === undefined || found.isExpired || found.clientId !== ACCOUNT_CLIENT_ID) return undefined;
  const { provenAt } = currentRequest()?.presented ?? {};
  const { accountId, sessionUid, authTime, acr, amr, codeChallenge = '', redirectUri: address } = found;
  if (address !== redirectUri(issuer) || !isSameSecret(challengeOf(verifier), codeChallenge)) return undefined;
  try {
    await found.consume();
  } catch (error) {
    if (error instanceof errors.InvalidGrant) return undefined;
    throw error;
  }
  if (accountId === undefined || sessionUid === undefined || authTime === undefined) return undefined;
  return {
    ...{ accountId, sessionUid, authTime },
    ...(typeof provenAt === 'number' && { provenAt }),
    ...(acr !== undefined && { acr }),
    ...(amr !== undefined && { amr }),
  };
}
