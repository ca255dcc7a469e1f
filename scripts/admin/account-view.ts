/** What the admin command shows of an account: everything but its password hash. */
import type { Account } from '../../src/ports/accounts.ts';
import { fields } from './layout.ts';
import type { Outcome } from './print-outcome.ts';

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
