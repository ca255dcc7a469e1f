/** Which addresses a client may register: exact, https, and http on this very machine only. */
import { DomainError } from '../domain-error.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const UNSAFE = /[\s\p{Cc}\\*]/u;

function refuseMetadata(reason: string): never {
  throw new DomainError('client_metadata_invalid', { reason });
}

export interface UriRules {
  readonly name: string;
  /** RFC 8252 7.3: native apps, and any app while the installation itself is a development one. */
  readonly allowsLoopbackHttp: boolean;
  /** RFC 8252 7.1: native apps may use a scheme of their own. */
  readonly allowsPrivateScheme: boolean;
}

function parse(uri: string, name: string): URL {
  const parsed = URL.parse(uri);
  if (parsed === null) return refuseMetadata(`${name}: ${uri} is not an absolute URI`);
  // RFC 9700 2.1: compared as exact strings, so a pattern would match nothing and mislead whoever wrote it.
  if (UNSAFE.test(uri)) return refuseMetadata(`${name}: ${uri} must hold no spaces, backslashes or wildcards`);
  // RFC 6749 3.1.2
  if (uri.includes('#')) return refuseMetadata(`${name}: ${uri} must hold no fragment`);
  if (parsed.username !== '' || parsed.password !== '') return refuseMetadata(`${name}: no user or password in a URI`);
  return parsed;
}

export function checkUri(uri: string, { name, allowsLoopbackHttp, allowsPrivateScheme }: UriRules): void {
  const { protocol, hostname } = parse(uri, name);
  if (protocol === 'https:') return;
  if (protocol === 'http:') {
    if (allowsLoopbackHttp && LOOPBACK.has(hostname)) return;
    refuseMetadata(`${name}: ${uri} must use https`);
  }
  // RFC 8252 8.4: a scheme without a dot belongs to nobody, and javascript: and its like have none.
  if (!allowsPrivateScheme || !protocol.includes('.')) {
    refuseMetadata(`${name}: ${uri} must use https${allowsPrivateScheme ? ', or a scheme like com.example.app' : ''}`);
  }
}

export function checkOrigin(origin: string, rules: UriRules): void {
  checkUri(origin, rules);
  if (URL.parse(origin)?.origin !== origin)
    refuseMetadata(`${rules.name}: ${origin} is not an origin like https://app.example`);
}
