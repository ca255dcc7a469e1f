/** Ending what users allowed clients. */
import type { GrantOwner, GrantStore } from '../../storage/issued/grants.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import { DomainError } from '../domain-error.ts';

interface Deps {
  readonly grants: Pick<GrantStore, 'destroyGrantsOf' | 'destroyByReference'>;
  readonly consents: Pick<ConsentStore, 'remove' | 'removeForAccount' | 'removeForClient'>;
}

export interface Revoked {
  readonly grants: number;
  /** Whether any consent was remembered, and is forgotten: users are asked again. */
  readonly consentWithdrawn: boolean;
}

async function forgetConsents(owner: GrantOwner, consents: Deps['consents']): Promise<boolean> {
  if (!('accountId' in owner)) return (await consents.removeForClient(owner.clientId)) > 0;
  if (!('clientId' in owner)) return (await consents.removeForAccount(owner.accountId)) > 0;
  return consents.remove(owner.accountId, owner.clientId);
}

/** With what is remembered of them; else a silent request, or a sign-in under way, would get it all again. */
export async function revokeGrants(owner: GrantOwner, { grants, consents }: Deps): Promise<Revoked> {
  // Before, so that a silent sign-in does not make another grant of it; and after, for a consent that was given meanwhile.
  const wasRemembered = await forgetConsents(owner, consents);
  const revoked = await grants.destroyGrantsOf(owner);
  return { grants: revoked, consentWithdrawn: (await forgetConsents(owner, consents)) || wasRemembered };
}

/** By the reference that `grants list` shows; whose it was. */
export async function revokeGrant(
  reference: string,
  { grants }: Pick<Deps, 'grants'>,
): Promise<{ readonly accountId: string; readonly clientId: string }> {
  const grant = await grants.destroyByReference(reference);
  if (grant === undefined) throw new DomainError('grant_unknown');
  return { accountId: String(grant.accountId), clientId: String(grant.clientId) };
}
