/** Which URIs a client may register: https, and http on a loopback host only. */
const UNSAFE = /[\s\p{Cc}\\*]/u;

export interface UriRules {
  /** RFC 8252 7.3: for native apps, and for any app of a development installation. */
  readonly allowsLoopbackHttp: boolean;
  readonly isLoopbackHost: (hostname: string) => boolean;
  /** RFC 8252 7.1: for native apps. */
  readonly allowsPrivateScheme: boolean;
}

/** RFC 3986 7.5, 7.6: it gives a secret away, or makes people take the name for the host. An empty one is no better. */
export function hasUser(uri: string): boolean {
  const { username = '', password = '' } = URL.parse(uri) ?? {};
  return username !== '' || password !== '' || /^[^/\\?#]*[/\\]{2,}[^/\\?#]*@/.test(uri);
}

/** What is wrong with the URI, or undefined. */
export function uriProblem(uri: string, rules: UriRules): string | undefined {
  const parsed = URL.parse(uri);
  if (parsed === null) return `${uri} is not an absolute URI`;
  // RFC 9700 2.1: compared as exact strings, so a pattern would match nothing.
  if (UNSAFE.test(uri)) return `${uri} must hold no spaces, backslashes or wildcards`;
  // RFC 6749 3.1.2
  if (uri.includes('#')) return `${uri} must hold no fragment`;
  if (hasUser(uri)) return 'no user or password in a URI';
  const { protocol, hostname } = parsed;
  if (protocol === 'https:') return undefined;
  if (protocol === 'http:') {
    return rules.allowsLoopbackHttp && rules.isLoopbackHost(hostname) ? undefined : `${uri} must use https`;
  }
  if (!rules.allowsPrivateScheme) return `${uri} must use https`;
  // RFC 8252 8.4: a scheme is a reversed domain name of the app's owner, and javascript: and its like have no dot.
  return protocol.includes('.') ? undefined : `${uri} must use https, or a scheme like com.example.app`;
}

export function originProblem(origin: string, rules: UriRules): string | undefined {
  const problem = uriProblem(origin, rules);
  if (problem !== undefined) return problem;
  return URL.parse(origin)?.origin === origin ? undefined : `${origin} is not an origin like https://app.example`;
}
