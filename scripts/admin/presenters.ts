/** What leaves of an account or a client: never a password hash, and a secret only when it is new. */
import type { ClientMetadata } from '../../src/domain/clients/metadata.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import type { RegisteredClient } from '../../src/storage/records/clients.ts';

export const SECRET_NOTE = 'the secret is shown this once: only its hash is kept';

export function viewAccount(account: Account): Readonly<Record<string, unknown>> {
  const { passwordHash, sessionsEndedAt: _sessionsEndedAt, createdAt, updatedAt, ...shown } = account;
  return {
    ...shown,
    hasPassword: passwordHash !== undefined,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

export function viewClient({ metadata, secretHashes }: RegisteredClient): ClientMetadata {
  return { ...metadata, accepted_secrets: secretHashes.length };
}
