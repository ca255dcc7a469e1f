/** What the admin command shows of an account: everything but its password hash. */

import type { ClientMetadata } from '../../src/domain/clients/metadata.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { fields, type Outcome } from './command.ts';

export const accountColumns = ['id', 'email', 'username', 'name', 'isDisabled'] as const;

export function viewAccount({
  passwordHash,
  sessionsEndedAt: _whenSessionsEnded,
  createdAt,
  updatedAt,
  ...account
}: Account): Readonly<Record<string, unknown>> {
  return {
    ...account,
    hasPassword: passwordHash !== undefined,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

export function accountOutcome(account: Account, notes: readonly string[] = []): Outcome {
  const view = viewAccount(account);
  return { value: view, text: fields(view), notes };
}

export const clientColumns = ['client_id', 'client_name', 'token_endpoint_auth_method', 'grant_types'] as const;

/** Says so when a secret is shown that nobody will see again. */
export function clientOutcome(metadata: ClientMetadata, notes: readonly string[] = []): Outcome {
  const hint = 'client_secret' in metadata ? ['the secret is shown this once: only its hash is kept'] : [];
  return { value: metadata, text: fields(metadata), notes: [...hint, ...notes] };
}
