/** Every route of oidc-provider with its path and methods, including those of features that are off. */

import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';

export interface ProviderRoute {
  /** oidc-provider's name for it, `ctx.oidc.route`. */
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
}

const read = ['HEAD', 'GET'] as const;
/** The preflight of browser apps (Fetch, CORS protocol). */
const preflight = 'OPTIONS';

/** Paths that oidc-provider lets us set. They are fixed, because who calls a route is decided by its path (web/routes.ts). */
export const paths = {
  authorization: '/auth',
  backchannel_authentication: '/backchannel',
  challenge: '/challenge',
  code_verification: '/device',
  credential: '/credential',
  device_authorization: '/device/auth',
  end_session: '/session/end',
  introspection: '/token/introspection',
  jwks: '/jwks',
  pushed_authorization_request: '/request',
  registration: '/reg',
  revocation: '/token/revocation',
  token: '/token',
  userinfo: '/me',
} as const satisfies Configuration['routes'];

const route = (name: string, path: string, ...methods: readonly string[]): ProviderRoute => ({ name, path, methods });

const clientPath = `${paths.registration}/:clientId`;

export const providerRoutes: readonly ProviderRoute[] = [
  route('authorization', paths.authorization, ...read),
  route('resume', `${paths.authorization}/:uid`, ...read),
  route('token', paths.token, 'POST', preflight),
  route('userinfo', paths.userinfo, ...read, 'POST', preflight),
  route('jwks', paths.jwks, ...read, preflight),
  route('discovery', '/.well-known/oauth-authorization-server', ...read, preflight),
  route('discovery', '/.well-known/openid-configuration', ...read, preflight),
  route('openid_credential_issuer', '/.well-known/openid-credential-issuer', ...read, preflight),
  route('credential', paths.credential, 'POST', preflight),
  route('challenge', paths.challenge, 'POST', preflight),
  route('registration', paths.registration, 'POST'),
  route('client', clientPath, ...read),
  route('client_update', clientPath, 'PUT'),
  route('client_delete', clientPath, 'DELETE'),
  route('revocation', paths.revocation, 'POST', preflight),
  route('introspection', paths.introspection, 'POST', preflight),
  route('end_session', paths.end_session, ...read),
  route('end_session_confirm', `${paths.end_session}/confirm`, 'POST'),
  route('end_session_success', `${paths.end_session}/success`, ...read),
  route('device_authorization', paths.device_authorization, 'POST', preflight),
  route('code_verification', paths.code_verification, ...read, 'POST'),
  route('device_resume', `${paths.code_verification}/:uid`, ...read),
  route('pushed_authorization_request', paths.pushed_authorization_request, 'POST', preflight),
  route('backchannel_authentication', paths.backchannel_authentication, 'POST'),
];

/** As every router here compares paths: upper and lower case are the same, so is one slash at the end, and nothing is decoded. */
export function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/').slice(1);
  return segments.at(-1) === '' ? segments.slice(0, -1) : segments;
}

/** What follows an address of ours in a path; undefined where the path leads elsewhere. */
export function segmentsBelow(address: string, path: string): readonly string[] | undefined {
  const [own, asked] = [segmentsOf(address), segmentsOf(path)];
  const leadsThere = own.every((segment, at) => segment.toLowerCase() === asked[at]?.toLowerCase());
  return leadsThere ? asked.slice(own.length) : undefined;
}

export function routeOptions(): Configuration {
  // Its own POST of requests wants session cookies of SameSite=None; ours is in web/middleware/posted-requests.ts.
  return { routes: paths, enableHttpPostMethods: false };
}

/** Without those of features that are off. */
export function servedRoutes(provider: Pick<Provider, 'pathFor'>): readonly ProviderRoute[] {
  return providerRoutes.filter(({ name }) => isServed(provider, name));
}

function isServed(provider: Pick<Provider, 'pathFor'>, name: string): boolean {
  try {
    // Any value does for a variable segment.
    return provider.pathFor(name, { uid: '-', clientId: '-' }) !== '';
  } catch {
    return false;
  }
}
