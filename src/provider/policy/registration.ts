/**
 * A request is held to its client's registration when it comes; here once more when its answer goes out, after pages that were
 * open for minutes. The client and its resources are read anew for that (adapter/clients.ts, options/resources.ts).
 */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { isScopeFor, scopesOfChosenClients } from '../../domain/scopes/names.ts';
import { isResumed } from '../request.ts';
import { leaveOutScopesOfOthers } from './chosen-scopes.ts';

const { Check } = interactionPolicy;

/**
 * oidc-provider takes the address of a request that goes on for one that it has looked up. Undone, its error handler looks it up
 * before it sends an error there: that the user said no goes to no address that was taken off the client, either.
 */
export function recheckRedirectUri({ oidc }: KoaContextWithOIDC): void {
  (oidc as { redirectUriCheckPerformed?: boolean }).redirectUriCheckPerformed = false;
}

type Client = NonNullable<KoaContextWithOIDC['oidc']['client']>;

function refuseOtherAnswer({ oidc: { params } }: KoaContextWithOIDC, client: Client): void {
  // RFC 6749 4.1.2.1: to an address that is not registered nothing is sent, an error neither.
  if (!client.redirectUriAllowed(String(params?.redirect_uri))) throw new errors.InvalidRedirectUri();
  if (!client.responseTypeAllowed(params?.response_type as Parameters<Client['responseTypeAllowed']>[0]))
    throw new errors.InvalidRequest('requested response_type is not allowed for this client');
}

export const registrationChanged = new Check('registration', 'the client was changed', (ctx) => {
  const { oidc } = ctx;
  const { client } = oidc;
  if (!isResumed(ctx) || client === undefined) return false;
  if (oidc.route === 'resume') refuseOtherAnswer(ctx, client);
  leaveOutScopesOfOthers(ctx);
  // What is left of those is a resource's.
  const isExcess = (scope: string) => !scopesOfChosenClients.includes(scope) && !isScopeFor(client.scope, scope);
  const excess = [...oidc.requestParamOIDCScopes].find(isExcess);
  if (excess !== undefined) throw new errors.InvalidScope('requested scope is not allowed', excess);
  return false;
});
