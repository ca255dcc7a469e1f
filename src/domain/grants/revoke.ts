/** Ending what users allowed clients. */
import type { GrantOwner, GrantStore } from '../../storage/issued/grants.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import { DomainError } from '../domain-error.ts';
import { type ActDeps, finishAct } from '../events/begun-acts.ts';
import type { ReasonOf } from '../events/security-events.ts';

interface Deps extends ActDeps {
  readonly grants: Pick<GrantStore, 'destroyGrantsOf' | 'destroyByReference' | 'findByReference'>;
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

/** Who does it; the events say so. */
type Revoker = ReasonOf<'grant.revoked'> & ReasonOf<'consent.withdrawn'>;

/** With what is remembered of them; else a silent request, or a sign-in under way, would get it all again. */
export async function revokeGrants(
  owner: GrantOwner,
  { grants, consents, note }: Deps,
  by: Revoker = 'administrator',
): Promise<Revoked> {
  // Before, so that a silent sign-in does not make another grant of it; and after, for a consent that was given meanwhile.
  let consentWithdrawn = await forgetConsents(owner, consents);
  let ended: number | undefined;
  await finishAct(
    async () => {
      ended = await grants.destroyGrantsOf(owner);
      consentWithdrawn = (await forgetConsents(owner, consents)) || consentWithdrawn;
    },
    ({ detail = `grants: ${ended}` }) => {
      if (consentWithdrawn) note?.('consent.withdrawn', by, owner);
      // Noted also where it failed half-way; not where there was nothing to end.
      if (ended !== 0) note?.('grant.revoked', by, { ...owner, detail });
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
