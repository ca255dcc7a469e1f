/** Ending what users allowed clients. */
import type { GrantOwner, GrantStore } from '../../storage/issued/grants.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import { DomainError } from '../domain-error.ts';

interface Deps {
  readonly grants: Pick<GrantStore, 'destroyGrantsOf' | 'destroyByReference'>;
  readonly consents: Pick<ConsentStore, 'remove'>;
}

export interface Revoked {
  readonly grants: number;
  /** Whether a consent was remembered, and is forgotten: the user is asked again. */
  readonly consentWithdrawn: boolean;
}

/** Of an account and a client together it also withdraws the consent; else a sign-in under way would get it all again. */
export async function revokeGrants(owner: GrantOwner, { grants, consents }: Deps): Promise<Revoked> {
  const isPair = 'accountId' in owner && 'clientId' in owner;
  // The consent first: a silent sign-in in between must not make another grant of it.
  const consentWithdrawn = isPair && (await consents.remove(owner.accountId, owner.clientId));
  return { grants: await grants.destroyGrantsOf(owner), consentWithdrawn };
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
