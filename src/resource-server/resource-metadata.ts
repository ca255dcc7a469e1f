/** Protected resource metadata (RFC 9728). */
import { safeAddress } from './safe-address.ts';

export interface ResourceDescription {
  /** This API's resource identifier: an https address (http on loopback) without fragment (RFC 9728 1.2). */
  readonly resource: string;
  /** The issuers whose tokens it takes. */
  readonly authorizationServers: readonly string[];
  /** The scopes that a client may ask for. Internal ones may be left out. */
  readonly scopes?: readonly string[];
  /** A name to show to people. */
  readonly name?: string;
  /** The address of a page for developers. */
  readonly documentation?: string;
  /** The address of a page that says what the data may be used for. */
  readonly policy?: string;
  /** The address of the terms of service. */
  readonly termsOfService?: string;
}

export interface ProtectedResourceMetadata {
  /** Where clients look for the document: give it to the verifier as `resourceMetadata`. */
  readonly url: string;
  /** The path of `url`, at which the API answers GET with `document` as `application/json`. */
  readonly path: string;
  readonly document: Readonly<Record<string, string | readonly string[]>>;
}

// RFC 9728 3: put between host and path; a path of a slash alone counts as none.
function wellKnownAddress(resource: string): URL {
  const address = safeAddress(resource);
  if (address === undefined) {
    throw new TypeError('resource: an https address without fragment is needed (http on a loopback host only).');
  }
  const path = address.pathname === '/' ? '' : address.pathname;
  address.pathname = `/.well-known/oauth-protected-resource${path}`;
  return address;
}

/** Throws a `TypeError` for a resource identifier that cannot have metadata. */
export function protectedResourceMetadata(description: ResourceDescription): ProtectedResourceMetadata {
  const { resource, scopes, name, documentation, policy, termsOfService } = description;
  const address = wellKnownAddress(resource);
  return {
    url: address.href,
    path: address.pathname,
    document: {
      resource,
      authorization_servers: description.authorizationServers,
      bearer_methods_supported: ['header'],
      ...(scopes !== undefined && { scopes_supported: scopes }),
      ...(name !== undefined && { resource_name: name }),
      ...(documentation !== undefined && { resource_documentation: documentation }),
      ...(policy !== undefined && { resource_policy_uri: policy }),
      ...(termsOfService !== undefined && { resource_tos_uri: termsOfService }),
    },
  };
}
