/** Made-up accounts. */
import { randomUUID } from 'node:crypto';
import type { Account } from '../../src/storage/records/accounts.ts';

export function user(details: Partial<Account> & Pick<Account, 'email'>): Account {
  return {
    id: randomUUID(),
    emailVerified: false,
    claims: {},
    isDisabled: false,
    createdAt: 0,
    updatedAt: 0,
    ...details,
  };
}
