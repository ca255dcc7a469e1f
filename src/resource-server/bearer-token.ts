/** Finds the one access token that a request carries, which must be in its Authorization header (RFC 6750 2.1). */
import { TokenFault } from './token-fault.ts';

const bearerScheme = /^bearer(?: +(?<token>.*))?$/i;
/** The `b64token` of RFC 6750 2.1. */
const tokenSyntax = /^[\w.~+/-]+=*$/;

export function bearerToken(authorization: string | readonly string[] | undefined, query = ''): string {
  const [value = '', ...more] = typeof authorization === 'string' ? [authorization] : (authorization ?? []);
  if (more.length > 0) throw new TokenFault('several_credentials');
  const credentials = bearerScheme.exec(value);
  // RFC 6750 3.1: another scheme, or a token in the query alone, is an unsupported method and not a malformed request.
  if (credentials === null) throw new TokenFault('token_missing');
  if (new URLSearchParams(query).has('access_token')) throw new TokenFault('several_credentials');
  const token = credentials.groups?.token ?? '';
  if (!tokenSyntax.test(token)) throw new TokenFault('malformed_header');
  return token;
}
