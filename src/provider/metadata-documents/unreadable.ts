/** What a client is told whose metadata document is of no use. */
import { errors } from 'oidc-provider';
import { authenticatingRoutes, currentContext } from '../request.ts';

/** Its message says what is wrong: never what the document holds, and of an address no more than that nothing came of it. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
}

/** The document at the `client_id` is to blame: its page says so to whoever wanted to sign in. */
export class UnusableDocument extends errors.InvalidClient {
  override readonly name = 'InvalidClient';
}

function clientError(description: string, detail: string, Kind = errors.InvalidClient): Error {
  const error = new Kind(description, detail);
  // RFC 6749 5.2
  const isAuthenticating = authenticatingRoutes.has(currentContext()?.oidc.route ?? '');
  return isAuthenticating ? Object.assign(error, { status: 401, statusCode: 401 }) : error;
}

export const triedBefore = (): Error =>
  clientError(
    'the client_id metadata document could not be used a moment ago: it is fetched again after a minute',
    'the metadata document could not be used within the last minute',
    UnusableDocument,
  );

/** The error that oidc-provider has for a client which is not known, whatever is at its address. */
export const notKnown = (detail: string): Error => clientError('client is invalid', detail);

export const notUsable = (problem: string): Error =>
  clientError(`the client_id metadata document cannot be used: ${problem}`, problem, UnusableDocument);

/** oidc-provider says only that there was a failure. */
export function explained(error: unknown): unknown {
  const cause = error instanceof errors.InvalidClient ? error.cause : undefined;
  return cause instanceof UnreadableDocument ? notUsable(cause.message) : error;
}
