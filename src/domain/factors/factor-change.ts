/**
 * A change of their own second factors by whoever they are of. Account and factors are two records, so it is:
 *
 * 1. decided and written in one compare-and-set of the factors: of many at once each sees what the others have left. From here on it has
 *    begun, and browsers that were remembered count for nothing;
 * 2. checked against the account as it is after that: what ended the proof, or the account, before the write has won, and so has what
 *    demands a factor of it by now. Then it is undone, as if it had never been: unless somebody else has changed the factors since, so
 *    that nobody can tell what there would be;
 * 3. told and recorded, in any case where it was not undone.
 */
import type { AccountFactors, FactorStore } from '../../storage/factors/factors.ts';
import type { RememberedDevices } from '../../storage/factors/remembered-devices.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { checkProof, type Proof } from '../accounts/usable.ts';
import { DomainError } from '../domain-error.ts';
import { finishAct } from '../events/begun-acts.ts';
import { type Notice, type NoticeDeps, notify } from '../notices/notices.ts';
import { type ChangedFactor, isStrongEnough, type ProvenStrength } from './strength.ts';

/** Who changes something, with what they proved. */
export interface FactorOwner {
  readonly account: Account;
  readonly proof: Proof & ProvenStrength;
  /** In which they are told by mail. */
  readonly language: string;
}

export interface FactorChangeDeps extends NoticeDeps {
  readonly factors: Pick<FactorStore, 'change' | 'removeAllOf'>;
  readonly rememberedDevices: Pick<RememberedDevices, 'endAllOf'>;
}

/** `changedAt` of the factors before and after: what was proven of them before is moved along by it. */
export interface MadeChange {
  readonly from: number;
  readonly to: number;
}

interface Written {
  readonly before: AccountFactors;
  readonly after: AccountFactors;
}

export interface FactorChange {
  /** Throws where it cannot be; it may be asked several times. */
  readonly next: (current: AccountFactors) => AccountFactors;
  /** Throws where the account, as it is after the write, does not allow it. */
  readonly check?: (account: Account, after: AccountFactors) => void;
  /** As they would be without it; undefined where nobody can tell any more. */
  readonly undo: (current: AccountFactors, written: Written) => AccountFactors | undefined;
  readonly notice: Notice;
  readonly noteAct: (detail: { readonly detail?: string }) => void;
}

/** Later than the one before in any case: what was remembered before it is told from what was remembered after it. */
function withChange({ changedBy: _before, ...factors }: AccountFactors, now: number, session?: string): AccountFactors {
  const { changedAt: from } = factors;
  const changedBy = session === undefined ? undefined : { session, from };
  return { ...factors, changedAt: Math.max(now, from + 1), ...(changedBy && { changedBy }) };
}

/** What has begun is finished, also where the database does not answer once. */
const orOnceMore = <T>(call: () => Promise<T>): Promise<T> => call().catch(call);

export function checkStrength(proof: ProvenStrength, changed: ChangedFactor, current: AccountFactors): void {
  if (!isStrongEnough(proof, changed, current)) throw new DomainError('proof_too_weak');
}

export async function changeFactors(
  { account: { id: accountId }, proof, language }: FactorOwner,
  { next, check, undo, notice, noteAct }: FactorChange,
  deps: FactorChangeDeps,
): Promise<MadeChange> {
  const { factors, accounts, rememberedDevices, clock } = deps;
  let written = undefined as Written | undefined;
  await factors.change(accountId, (before) => {
    const after = withChange({ ...next(before), changedAt: before.changedAt }, clock.now(), proof.session);
    written = { before, after };
    return after;
  });
  // `next` was asked at least once.
  const { before, after } = written as Written;

  function errorFor(account: Account | undefined): DomainError | undefined {
    try {
      if (account === undefined) throw new DomainError('signed_out');
      checkProof(account, proof, clock.now());
      check?.(account, after);
      return undefined;
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  async function putBack(account: Account | undefined): Promise<boolean> {
    if (account === undefined) {
      await factors.removeAllOf(accountId);
      return true;
    }
    const put = await factors.change(accountId, (current) => {
      const undone = undo(current, { before, after });
      return undone && withChange(undone, clock.now());
    });
    return put !== undefined;
  }

  let isUndone = false;
  const error = await finishAct(
    async () => {
      const account = await orOnceMore(() => accounts.get(accountId));
      const found = errorFor(account);
      if (found !== undefined) isUndone = await orOnceMore(() => putBack(account));
      if (account === undefined || isUndone) return found;
      try {
        await notify(account, notice, language, deps);
      } finally {
        await orOnceMore(() => rememberedDevices.endAllOf(accountId));
      }
      return found;
    },
    (detail) => {
      if (!isUndone) noteAct(detail);
    },
  );
  if (error !== undefined) throw error;
  return { from: before.changedAt, to: after.changedAt };
}
