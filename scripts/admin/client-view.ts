/** What the admin command shows of a client. */
import type { ClientMetadata } from '../../src/domain/clients/client-metadata.ts';
import { fields } from './layout.ts';
import type { Outcome } from './print-outcome.ts';

export const clientColumns = ['client_id', 'client_name', 'token_endpoint_auth_method', 'grant_types'] as const;

/** Says so when a secret is shown that nobody will see again. */
export function clientOutcome(metadata: ClientMetadata, notes: readonly string[] = []): Outcome {
  const hint = 'client_secret' in metadata ? ['the secret is shown this once: only its hash is kept'] : [];
  return { value: metadata, text: fields(metadata), notes: [...hint, ...notes] };
}
