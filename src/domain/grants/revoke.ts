/** Ending what users allowed clients. */
import type { GrantOwner, GrantStore } from '../../storage/issued/grants.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import { DomainError } from '../domain-error.ts';
import { type ActDeps, finishAct } from '../events/begun-acts.ts';

interface Deps extends ActDeps {
  readonly grants: Pick<GrantStore, 'destroyGrantsOf' | 'destroyByReference' | 'findByReference'>;
  readonly consents: Pick<ConsentStore, 'remove'>;
}

export interface Revoked {
  readonly grants: number;
  /** Whether a consent was remembered, and is forgotten: the user is asked again. */
  readonly consentWithdrawn: boolean;
}

/** Of an account and a client together it also withdraws the consent; else a sign-in under way would get it all again. */
export async function revokeGrants(owner: GrantOwner, { grants, consents, note }: Deps): Promise<Revoked> {
  const isPair = 'accountId' in owner && 'clientId' in owner;
  // The consent first: a silent sign-in in between must not make another grant of it.
  const consentWithdrawn = isPair && (await consents.remove(owner.accountId, owner.clientId));
  if (consentWithdrawn) note?.('consent.withdrawn', 'administrator', owner);
  // Noted also where it failed half-way; not where there was nothing to end.
  let ended: number | undefined;
  await finishAct(
    async () => {
      ended = await grants.destroyGrantsOf(owner);
    },
    ({ detail = `grants: ${ended}` }) => {
      if (ended !== 0) note?.('grant.revoked', 'administrator', { ...owner, detail });
    },
  );
  return { grants: ended ?? 0, consentWithdrawn };
}

/** By the reference that `grants list` shows; whose it was. */
export async function revokeGrant(
  reference: string,
  { grants, note }: Omit<Deps, 'consents'>,
): Promise<{ readonly accountId: string; readonly clientId: string }> {
  const grant = await grants.findByReference(reference);
  const owner = { accountId: String(grant?.accountId), clientId: String(grant?.clientId) };
  // What a crash left of a grant that is gone goes too.
  if (grant === undefined) await grants.destroyByReference(reference);
  if (grant === undefined) throw new DomainError('grant_unknown');
  await finishAct(
    () => grants.destroyByReference(reference),
    (detail) => note?.('grant.revoked', 'administrator', { ...owner, ...detail }),
  );
  return owner;
}
