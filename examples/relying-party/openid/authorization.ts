/** Starts a sign-in: authorization code flow with PKCE, state and nonce. */
import {
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { StepUp } from './step-up.ts';

/** What userinfo is asked for; scopes of the API stand beside it. */
export const accountScope = 'openid profile email';
export const apiScopes: readonly string[] = ['notes:read', 'notes:write'];

/** What has to be remembered until the browser comes back. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface SignInRequest {
  readonly redirectUri: string;
  readonly scope: string;
  readonly resource: string;
  readonly loginHint?: string;
  /** `create`: the provider begins with a new account (Initiating User Registration 1.0, section 4). */
  readonly prompt?: 'create';
  /** A stronger or more recent sign-in, as an API asked for it. */
  readonly stepUp?: StepUp;
}

export async function beginSignIn(
  provider: Configuration,
  request: SignInRequest,
): Promise<{ readonly pending: PendingSignIn; readonly address: URL }> {
  // Fresh for each attempt: state ties the answer to this browser, nonce the ID token to this attempt,
  // and the verifier proves that the code is redeemed by the app that asked for it (RFC 9700 2.1.1).
  const pending = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
  const address = buildAuthorizationUrl(provider, {
    redirect_uri: request.redirectUri,
    scope: request.scope,
    // RFC 8707 2: the API that an access token is wanted for.
    resource: request.resource,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: 'S256',
    ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
    ...(request.prompt === undefined ? {} : { prompt: request.prompt }),
    ...(request.stepUp?.acrValues === undefined ? {} : { acr_values: request.stepUp.acrValues }),
    ...(request.stepUp?.maxAge === undefined ? {} : { max_age: request.stepUp.maxAge }),
  });
  return { pending, address };
}
