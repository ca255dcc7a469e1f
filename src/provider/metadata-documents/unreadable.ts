/** What a client is told whose metadata document is of no use. */
import { errors } from 'oidc-provider';
import type { Unreadable } from '../../storage/throttle/unreadable-documents.ts';
import { temporarilyUnavailable } from '../protection/status-error.ts';
import { authenticatingRoutes, currentContext, isForPrograms } from '../request.ts';

/** Its message says what is wrong: never what the document holds, and of an address no more than that nothing came of it. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
  /** Its server is in trouble: what it said before may be right. */
  readonly isForNow: boolean;

  constructor(message: string, { isForNow = false, ...options }: ErrorOptions & { readonly isForNow?: boolean } = {}) {
    super(message, options);
    this.isForNow = isForNow;
  }
}

/** The document at the `client_id` is to blame: its page says so to whoever wanted to sign in. */
export class UnusableDocument extends errors.InvalidClient {
  override readonly name = 'InvalidClient';
}

const routeNow = (): string | undefined => currentContext()?.oidc.route;

function clientError(description: string, detail: string, Kind = errors.InvalidClient): Error {
  const error = new Kind(description, detail);
  // RFC 6749 5.2
  return authenticatingRoutes.has(routeNow() ?? '') ? Object.assign(error, { status: 401, statusCode: 401 }) : error;
}

const UNREACHABLE = 'the client_id metadata document cannot be fetched now, try again later';
const RETRY_AFTER_SECONDS = 10;

/** Programs would throw tokens away that are still good, if they were told that there is no such client. */
function unlessForNow(isForNow: boolean, error: Error): Error {
  return isForNow && isForPrograms(routeNow()) ? temporarilyUnavailable(UNREACHABLE, RETRY_AFTER_SECONDS) : error;
}

const afterWhat = { unreadable: 'after a minute', unreachable: 'after some seconds' } as const satisfies Record<
  Unreadable,
  string
>;

export const triedBefore = (mark: Unreadable): Error =>
  unlessForNow(
    mark === 'unreachable',
    clientError(
      `the client_id metadata document could not be used a moment ago: it is fetched again ${afterWhat[mark]}`,
      'the metadata document could not be used within the last minute',
      UnusableDocument,
    ),
  );

/** The error that oidc-provider has for a client which is not known, whatever is at its address. */
export const notKnown = (detail: string): Error => clientError('client is invalid', detail);

export const notUsable = (problem: string): Error =>
  clientError(`the client_id metadata document cannot be used: ${problem}`, problem, UnusableDocument);

/** oidc-provider says only that there was a failure. */
export function explained(error: unknown): unknown {
  const cause = error instanceof errors.InvalidClient ? error.cause : undefined;
  return cause instanceof UnreadableDocument ? unlessForNow(cause.isForNow, notUsable(cause.message)) : error;
}
