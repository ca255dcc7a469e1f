/** Parses the issuer identifier and tells from it which mode the installation runs in. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import type { Mode } from './config.ts';

// RFC 8414 2 and OpenID Connect Discovery 3: an issuer has no query and no fragment. Clients compare it character by
// character, so there is one accepted spelling.
export const issuer = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    return refuse('must be an address such as https://id.example.com');
  }
  if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password');
  if (/[?#]/.test(text)) return refuse('must not have a query or a fragment');
  // Everything is served from the root of the host: under a path neither pages nor endpoints would be found.
  if (/[^/]/.test(url.pathname))
    return refuse(`must not have a path: give Latchkey a host of its own, such as ${url.origin}`);
  if (text !== url.origin) return refuse(`must be written as ${url.origin}`);
  return url.origin;
});

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

/** An issuer that could not be read counts as production: a typing error must not switch safety off. */
export function modeOf(issuerText: string | undefined, nodeEnvironment: string | undefined): Mode {
  const url = issuerText === undefined ? null : URL.parse(issuerText);
  const isLocal = url?.protocol === 'http:' && isLoopbackHost(url.hostname);
  return isLocal && nodeEnvironment !== 'production' ? 'development' : 'production';
}
