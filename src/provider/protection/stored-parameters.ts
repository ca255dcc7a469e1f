/** How much one authorization request may leave in the database, where anybody can send one. */
import { errors } from 'oidc-provider';

const AT_MOST_BYTES = 8 * 1024;
/** A request object, or our own form of one: base64url of as much, and its header, times and signature. */
const REQUEST_AT_MOST_BYTES = 12 * 1024;

const LIMIT = `the parameters of an authorization request hold at most ${AT_MOST_BYTES} bytes together`;

function bytesOf(parameters: Readonly<Record<string, unknown>>): number {
  // As they are stored.
  return Buffer.byteLength(JSON.stringify(parameters));
}

/** As it came to /auth, where a long one could not even be sent by every browser and proxy. */
export function refuseLargeAuthorization(parameters: Readonly<Record<string, unknown>>): void {
  if (bytesOf(parameters) > AT_MOST_BYTES)
    throw new errors.InvalidRequest(`${LIMIT}; send long ones as a pushed request (RFC 9126)`);
}

export function refuseLargeParameters(parameters: Readonly<Record<string, unknown>>): void {
  if (bytesOf(parameters) > AT_MOST_BYTES) throw new errors.InvalidRequest(LIMIT);
}

/** What oidc-provider does not know in a request object is no parameter, and would be stored all the same. */
export function refuseLargeRequest(request: unknown): void {
  if (typeof request === 'string' && request.length > REQUEST_AT_MOST_BYTES)
    throw new errors.InvalidRequest(`a pushed request holds at most ${REQUEST_AT_MOST_BYTES} bytes`);
}
