/** What a client that describes itself means: in a registration, or in its metadata document. Nobody has read its metadata before. */

type Metadata = Readonly<Record<string, unknown>>;

/** Narrower than `isLoopbackHost`: for these alone oidc-provider takes http of a native app, and leaves its port free. */
const hostsOfNativeApps: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** RFC 8252 7.1 and 7.3: it leads to where a browser runs, and nowhere else. */
function staysOnDevice(uri: unknown): boolean {
  const parsed = typeof uri === 'string' ? URL.parse(uri) : null;
  if (parsed === null || parsed.protocol === 'https:') return false;
  return parsed.protocol !== 'http:' || hostsOfNativeApps.includes(parsed.hostname);
}

/**
 * OIDC Registration 2 takes a client without `application_type` for a web app, whose redirect URIs must be https. A client with a
 * redirect URI on the user's device is a native app, so we say that for it: MCP clients leave `application_type` out, and some
 * register an https redirect URI as well (RFC 8252 7.2).
 */
export function impliedType({ application_type: given, redirect_uris: uris }: Metadata): Metadata {
  const isOnDevice = given === undefined && Array.isArray(uris) && uris.some(staysOnDevice);
  return isOnDevice ? { application_type: 'native' } : {};
}

/**
 * `scope` without the scopes of APIs, which such a client names too: MCP clients name nothing else. A client may request those of
 * any resource that it may have, so it is bounded by what is left; by nothing, where nothing is left.
 */
export function withoutScopesOfResources(metadata: Metadata, ofAccount: ReadonlySet<string>): Metadata {
  const { scope, ...rest } = metadata;
  if (typeof scope !== 'string') return metadata;
  const kept = scope.split(' ').filter((name) => ofAccount.has(name));
  return kept.length === 0 ? rest : { ...rest, scope: kept.join(' ') };
}
