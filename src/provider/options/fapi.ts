/** Which clients the FAPI 2.0 Security Profile holds for: the one definition. Their metadata is checked in `domain/clients/metadata/fapi.ts`. */
import type { Configuration } from 'oidc-provider';
import { isRegisteredForFapi } from '../../domain/clients/metadata/fapi.ts';

interface ClientMetadata {
  readonly [member: string]: unknown;
}

/**
 * A client that must push its requests and bind its tokens was treated so before `fapi_profile` had a name; that its refresh
 * tokens begin to rotate would end its sign-ins.
 */
export function isFapiClient(client: ClientMetadata): boolean {
  const isAlike = client.requirePushedAuthorizationRequests === true && client.dpopBoundAccessTokens === true;
  return isRegisteredForFapi(client) || isAlike;
}

export function fapiOptions(): Configuration {
  const profile = (_ctx: unknown, client: object | undefined) =>
    client !== undefined && isFapiClient(client as ClientMetadata) ? '2.0' : undefined;
  return { features: { fapi: { enabled: true, profile } } };
}
