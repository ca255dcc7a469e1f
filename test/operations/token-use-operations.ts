/** What it costs to introspect, use and revoke tokens. */
import { type ExpectedOperations, endOfGrant, event } from './expected-operations.ts';

export const tokenUseOperations: ExpectedOperations = {
  'introspection of a JWT': ['get clients', 'get accounts', 'get grants', 'get sessions', 'get revoked_tokens'],
  'introspection of a JWT, with hint': [
    'get clients',
    'get accounts',
    'get grants',
    'get sessions',
    'get revoked_tokens',
  ],
  'introspection of an opaque token': [
    'get clients',
    'get access_tokens',
    'get sessions',
    'get grants',
    'get accounts',
  ],
  'introspection of an opaque token, with hint': [
    'get clients',
    'get access_tokens',
    'get sessions',
    'get grants',
    'get accounts',
  ],
  'introspection of an opaque token of a service': ['get clients', 'get client_credentials', 'get clients'],
  'introspection of an opaque token of a service, with hint': ['get clients', 'get client_credentials', 'get clients'],
  'introspection of a refresh token': [
    'get clients',
    'get refresh_tokens',
    'get sessions',
    'get grants',
    'get accounts',
  ],
  'introspection of a refresh token, with hint': [
    'get clients',
    'get refresh_tokens',
    'get sessions',
    'get grants',
    'get accounts',
  ],
  'introspection of an unknown token': [
    'get clients',
    'get access_tokens',
    'get client_credentials',
    'get refresh_tokens',
  ],
  'introspection of an unknown token, with hint': [
    'get clients',
    'get access_tokens',
    'get client_credentials',
    'get refresh_tokens',
  ],
  userinfo: ['get access_tokens', 'get sessions', 'get clients', 'get accounts', 'get grants'],
  'revocation of a JWT': ['put revoked_tokens'],
  'revocation of an opaque token': ['get access_tokens', 'get sessions', 'remove access_tokens'],
  'revocation of a refresh token': [
    'get refresh_tokens',
    'get sessions',
    'remove refresh_tokens',
    ...endOfGrant,
    ...event,
  ],
};
