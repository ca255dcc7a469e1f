/** Sorts protocol errors by what a user can do about them. */
import type { Dictionary } from './words/en.ts';

export type ErrorKind = keyof Dictionary['error']['kinds'];

const appIsAtFault = new Set(['invalid_client', 'invalid_redirect_uri', 'unauthorized_client']);

export function errorKind(error: string, status: number): ErrorKind {
  if (status >= 500) return 'ours';
  if (error === 'access_denied') return 'refused';
  return appIsAtFault.has(error) ? 'unknown_app' : 'request';
}
