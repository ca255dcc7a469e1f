/**
 * Who calls which address. Programs read JSON, whatever their `Accept` says: HTTP libraries prefer HTML in it unasked, and then
 * see no error at all (RFC 6749 5.2, RFC 6750 3.1, RFC 7009 2.2.1, RFC 7662 2.3, RFC 9126 2.3). Browsers are shown a page, where
 * their `Accept` prefers one. A route that is in neither list keeps the provider from starting.
 */
import type Router from '@koa/router';
import type { Middleware } from 'koa';
import { providerRoutes, segmentsOf } from '../provider/routes.ts';

export const machineRoutes: ReadonlySet<string> = new Set([
  ...['token', 'introspection', 'revocation', 'pushed_authorization_request', 'userinfo', 'jwks', 'discovery'],
  ...['device_authorization', 'backchannel_authentication', 'challenge', 'credential', 'openid_credential_issuer'],
  ...['registration', 'client', 'client_update', 'client_delete'],
  ...['livez', 'readyz', 'webfinger'],
]);

const pageRoutes: ReadonlySet<string> = new Set([
  ...['authorization', 'resume', 'code_verification', 'device_resume'],
  ...['end_session', 'end_session_confirm', 'end_session_success'],
  ...['landing', 'docs.errors', 'docs.error'],
  ...['development.mails', 'development.mail'],
  ...[
    'interaction',
    'interaction.login',
    'interaction.passkey',
    'interaction.account',
    'interaction.forget',
    'interaction.second_factor',
    'interaction.enrol',
    'interaction.sent_code',
    'interaction.send_code',
    'interaction.mailed_code',
    'interaction.mailed_code.enter',
    'interaction.consent',
    'interaction.terms',
    'interaction.abort',
  ],
  ...['recover', 'reset', 'not_me'],
  ...['account', 'account.register', 'account.proof', 'account.callback'],
  ...['account.name', 'account.email', 'account.email.cancel', 'account.password', 'account.close'],
  ...['account.factors.app', 'account.factors.remove', 'account.factors.codes', 'account.factors.recovery'],
  ...['account.device.forget', 'account.devices.forget_all'],
  ...['account.session.end', 'account.sessions.end_others', 'account.app.revoke'],
  ...['account.factors.passkey'],
  ...['developer', 'developer.new', 'developer.create', 'developer.client', 'developer.client.update'],
  ...['developer.client.rotate_secret', 'developer.client.remove'],
  ...['new_address', 'new_address.confirm'],
  ...['invitation', 'invitation.accept'],
  ...['interaction.register', 'registration.waiting', 'registration.code', 'registration.again'],
  ...['confirm', 'confirm.password'],
]);

/** RFC 8615: for programs, whether something is there or not. */
const WELL_KNOWN = '/.well-known';

export interface Route {
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
}

export function routesOf({ stack }: Router): readonly Route[] {
  return stack.map(({ name, path, methods }) => ({ name: String(name), path: String(path), methods }));
}

const foldedSegmentsOf = (path: string): readonly string[] => segmentsOf(path.toLowerCase());

const isVariable = (segment: string): boolean => segment.startsWith(':');

function isBelow(segments: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((segment, at) => (isVariable(segment) ? Boolean(segments[at]) : segment === segments[at]));
}

/** Higher for the longer prefix, and at the same length for the one with fewer variable segments. */
function specificityOf(segments: readonly string[]): number {
  return segments.reduce((sum, segment) => sum + (isVariable(segment) ? 2 : 3), 0);
}

/** Throws for a route that is in neither list, or in both. */
function isMachineRoute(name: string): boolean {
  if (machineRoutes.has(name) === pageRoutes.has(name))
    throw new TypeError(`who calls the route ${name}? (web/routes.ts)`);
  return machineRoutes.has(name);
}

interface RoutePrefix {
  readonly segments: readonly string[];
  readonly isMachine: boolean;
}

export class Routes {
  readonly #served: readonly { readonly segments: readonly string[]; readonly methods: readonly string[] }[];
  readonly #prefixes: readonly RoutePrefix[];

  constructor(served: readonly Route[]) {
    this.#served = served.map(({ path, methods }) => ({ segments: foldedSegmentsOf(path), methods }));
    // Of features that are off too: programs may still call their addresses.
    const prefixes = [...providerRoutes, ...served].map(
      ({ name, path }): RoutePrefix => ({ segments: foldedSegmentsOf(path), isMachine: isMachineRoute(name) }),
    );
    this.#prefixes = [...prefixes, { segments: foldedSegmentsOf(WELL_KNOWN), isMachine: true }].sort(
      (one, other) => specificityOf(other.segments) - specificityOf(one.segments),
    );
  }

  /** True also below an address that programs call: a request for a mistyped one comes from a program too. */
  isForMachines(path: string): boolean {
    // A client that was given the issuer with a slash at its end doubles the next one.
    const segments = foldedSegmentsOf(path.replace(/\/{2,}/g, '/'));
    return this.#prefixes.find((prefix) => isBelow(segments, prefix.segments))?.isMachine ?? false;
  }

  /** Empty where there is nothing at that address. */
  methodsAt(path: string): readonly string[] {
    const segments = foldedSegmentsOf(path);
    const here = this.#served.filter((route) => route.segments.length === segments.length);
    return [...new Set(here.filter((route) => isBelow(segments, route.segments)).flatMap(({ methods }) => methods))];
  }
}

/** RFC 9110 15.5.6: no router has answered, although the address exists. */
export function answerOtherMethods(routes: Routes): Middleware {
  return async (ctx, next) => {
    await next();
    if (ctx.status !== 404 || ctx.body !== undefined) return;
    const methods = routes.methodsAt(ctx.path);
    const isAnswered = methods.includes(ctx.method);
    // RFC 9110 9.3.7: OPTIONS that is no preflight requests the list of methods.
    if (methods.length === 0 || (isAnswered && ctx.method !== 'OPTIONS')) return;
    ctx.status = isAnswered ? 204 : 405;
    ctx.set('Allow', methods.join(', '));
  };
}
