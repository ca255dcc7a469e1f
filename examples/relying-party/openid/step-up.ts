/** What an API asks for when a token is good and the sign-in behind it is not enough (RFC 9470 3). */
import type { ApiAnswer } from '../notes-api.ts';

/** Goes into the next authorization request as it is. */
export interface StepUp {
  readonly acrValues?: string;
  readonly maxAge?: string;
}

const attribute = (challenge: string, name: string): string | undefined =>
  new RegExp(`[ ,]${name}="([^"\\\\]*)"`).exec(challenge)?.[1];

/** Undefined where the API asks for nothing of the kind. */
export function stepUpOf({ status, challenge = '' }: ApiAnswer): StepUp | undefined {
  if (status !== 401 || attribute(challenge, 'error') !== 'insufficient_user_authentication') return undefined;
  const acrValues = attribute(challenge, 'acr_values');
  const maxAge = attribute(challenge, 'max_age');
  return { ...(acrValues !== undefined && { acrValues }), ...(maxAge !== undefined && { maxAge }) };
}
