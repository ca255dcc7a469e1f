/** How long the same refresh token gets the same answer again: parallel tabs and lost responses are no theft. */

export interface RefreshingClient {
  readonly [metadata: string]: unknown;
}

/** FAPI 2.0 Security Profile 5.3.2.1: such clients do not rotate for safety's sake, and retries are theirs to handle. */
function isFapiClient(client: RefreshingClient): boolean {
  return client.requirePushedAuthorizationRequests === true && client.dpopBoundAccessTokens === true;
}

/** Seconds; 0 means that a second use is a replay at once. */
export function graceSecondsOf(client: RefreshingClient | undefined, defaultSeconds: number): number {
  if (client === undefined || isFapiClient(client)) return 0;
  const own = client.refresh_grace_seconds;
  return typeof own === 'number' ? own : defaultSeconds;
}
