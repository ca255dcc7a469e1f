/** What the developer of a client can paste: filled with what the client is registered with. */
import type { RegisteredClient } from '../../storage/records/clients.ts';
import type { Language } from '../pages/language.ts';

export interface ReadyCode {
  readonly issuer: string;
  readonly clientId: string;
}

/** Undefined where there is none for a client of this kind. */
export function readyCodeOf(
  { id }: RegisteredClient,
  { issuer }: { readonly language: Language; readonly issuer: string },
): ReadyCode | undefined {
  return { issuer, clientId: id };
}
