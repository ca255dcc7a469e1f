/**
 * A person ends sessions of theirs, other than the one they act in. They want that device out, so what apps got in such a session
 * ends with it: also a grant with `offline_access`, which a sign-out leaves alone. What was allowed stays remembered.
 *  1. The grants end first: if that fails, the session is still there, and can be ended again.
 *  2. The session ends. Nothing new begins in it.
 *  3. A grant that a request under way made in between ends as well.
 */
import type { GrantStore } from '../../storage/issued/grants.ts';
import { authorizationsOf, type SessionAuthorization, type SessionStore } from '../../storage/issued/sessions.ts';
import { type ActDeps, finishAct } from '../events/begun-acts.ts';

const BATCH = 100;

interface Deps extends ActDeps {
  readonly sessions: Pick<SessionStore, 'findByReference' | 'destroyOf' | 'ofAccount'>;
  readonly grants: Pick<GrantStore, 'destroy'>;
}

export type Authorizations = Readonly<Record<string, SessionAuthorization>>;

/** What clients were signed in with, to tell them; and how many grants there were. */
interface Ended {
  readonly authorizations: Authorizations;
  readonly grants: number;
}

const grantsOf = (authorizations: Authorizations): readonly string[] =>
  Object.values(authorizations).flatMap(({ grantId }) => grantId ?? []);

/** Undefined when another request ended it meanwhile. */
async function end(
  {
    accountId,
    reference,
    known,
  }: { readonly accountId: string; readonly reference: string; readonly known: Authorizations },
  { sessions, grants }: Deps,
): Promise<Ended | undefined> {
  const destroy = (grantIds: readonly string[]) => Promise.all(grantIds.map((grantId) => grants.destroy(grantId)));
  const before = grantsOf(known);
  await destroy(before);
  const document = await sessions.destroyOf(accountId, reference);
  if (document === undefined) return undefined;
  const authorizations = authorizationsOf(document);
  const since = grantsOf(authorizations).filter((grantId) => !before.includes(grantId));
  await destroy(since);
  return { authorizations, grants: before.length + since.length };
}

/** What clients were signed in with in it; empty when it had ended before. Undefined when it is no session of that account. */
export async function endOwnSession(
  { accountId, reference }: { readonly accountId: string; readonly reference: string },
  deps: Deps,
): Promise<Authorizations | undefined> {
  const found = await deps.sessions.findByReference(reference);
  // Of one that has ended nobody knows whose it was. Its reference is a secret of its owner's, and a form can be sent twice.
  if (found?.document.isDestroyed) return {};
  if (found?.document.state.accountId !== accountId) return undefined;
  let ended: Ended | undefined;
  let isOver = false;
  await finishAct(
    async () => {
      ended = await end({ accountId, reference, known: authorizationsOf(found.document) }, deps);
      isOver = ended === undefined;
    },
    ({ detail = `grants: ${ended?.grants}` }) => {
      // Another request has noted it.
      if (!isOver) deps.note?.('session.ended', 'user', { accountId, detail });
    },
  );
  return ended?.authorizations ?? {};
}

/** Returns what clients were signed in with in each of them. */
export async function endOtherSessions(
  { accountId, ownReference }: { readonly accountId: string; readonly ownReference: string },
  deps: Deps,
): Promise<readonly Authorizations[]> {
  const all: Ended[] = [];
  await finishAct(
    async () => {
      for (let after: string | undefined, isLast = false; !isLast; ) {
        const batch = await deps.sessions.ofAccount(accountId, { limit: BATCH, ...(after !== undefined && { after }) });
        for (const { reference, document } of batch) {
          if (reference === ownReference) continue;
          const ended = await end({ accountId, reference, known: authorizationsOf(document) }, deps);
          if (ended !== undefined) all.push(ended);
        }
        after = batch.at(-1)?.reference;
        isLast = batch.length < BATCH;
      }
    },
    ({ detail }) => {
      const grants = all.reduce((sum, ended) => sum + ended.grants, 0);
      // Noted also where it failed half-way; not where there was nothing to end.
      if (detail !== undefined || all.length > 0)
        deps.note?.('session.ended', 'all_others', {
          accountId,
          detail: detail ?? `sessions: ${all.length}, grants: ${grants}`,
        });
    },
  );
  return all.map(({ authorizations }) => authorizations);
}
