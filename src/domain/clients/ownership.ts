/** Whose client it is, asked in the very write that depends on it: an administrator may give it to somebody else at any moment. */
import type { RegisteredClient } from '../../storage/records/clients.ts';
import { DomainError } from '../domain-error.ts';

/** Whether a stored client is the one that is to go. */
export type IsMeant = (client: RegisteredClient) => boolean;

type Owned = Pick<RegisteredClient, 'origin' | 'owner'>;

export function isOwnedBy({ origin, owner }: Owned, accountId: string): boolean {
  return origin === 'developer' && owner === accountId;
}

/** Without an owner it is an administrator who acts, and may change each. */
export function checkOwner(client: Owned, owner: string | undefined): void {
  if (owner !== undefined && !isOwnedBy(client, owner)) throw new DomainError('client_unknown');
}
