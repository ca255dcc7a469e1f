/** Clients of the FAPI 2.0 Security Profile: they push what they ask for, and their tokens are bound to a key. */

export interface ClientTraits {
  readonly [metadata: string]: unknown;
}

export function isFapiClient(client: ClientTraits): boolean {
  return client.requirePushedAuthorizationRequests === true && client.dpopBoundAccessTokens === true;
}
