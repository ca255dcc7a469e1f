/**
 * Anybody publishes a document with any redirect URI: a link to us that names it would lead people there at once, in our name
 * (RFC 9700 4.11.2). They are sent there after they did something here, or allowed that app before; else a page says what is wrong.
 */
import { isFromDocument, isResumed, type RequestContext } from '../request.ts';

/** Administrators vouch for what they made an app of their own. */
const isVouchedFor = (client: NonNullable<RequestContext['oidc']['client']>): boolean =>
  !isFromDocument(client) || client.first_party === true;

/** Whether the error of an authorization request goes to its redirect URI. What succeeds was allowed by the user. */
export function mayBeSentAnError(ctx: RequestContext): boolean {
  const { client, session } = ctx.oidc;
  if (client === undefined || isVouchedFor(client) || isResumed(ctx)) return true;
  return session?.accountId !== undefined && session.grantIdFor(client.clientId) !== undefined;
}

/** Whoever is not signed in is asked nothing before they are sent there. */
export function mayBeSentSignedOut({ oidc: { client, session } }: RequestContext): boolean {
  return client === undefined || isVouchedFor(client) || session?.accountId !== undefined;
}
