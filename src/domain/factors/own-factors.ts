/**
 * What people change of their own second factors. Account and factors are two records, so a change is:
 *
 * 1. decided and written in one compare-and-set of the factors: of many at once each sees what the others have left;
 * 2. checked against the account as it is after that: what ended the proof, or the account, before the write has won. Then whatever was
 *    added is taken out again;
 * 3. told: from here on browsers that were remembered count for nothing.
 */
import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { type AccountFactors, type FactorStore, hasFactor } from '../../storage/factors/factors.ts';
import type { RememberedDevices } from '../../storage/factors/remembered-devices.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { checkProof, type Proof } from '../accounts/usable.ts';
import { isSameSecret } from '../constant-time.ts';
import { DomainError } from '../domain-error.ts';
import { finishAct } from '../events/begun-acts.ts';
import type { NoteEvent } from '../events/security-events.ts';
import { type Notice, type NoticeDeps, notify } from '../notices/notices.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import { type ChangedFactor, type FactorKind, isStrongEnough, type Strength } from './strength.ts';
import { stepOfCode } from './totp.ts';

/** More than anybody has phones: a bound for the record, and for how many codes are right at one time. */
export const MAX_APPS = 5;

const APP_ID_BYTES = 9;

/** Who changes something, with what they proved. */
export interface FactorOwner {
  readonly account: Account;
  readonly proof: Proof & { readonly strength: Strength };
  /** In which they are told by mail. */
  readonly language: string;
}

export interface OwnFactorsDeps extends NoticeDeps {
  readonly factors: Pick<FactorStore, 'change' | 'removeAllOf'>;
  readonly rememberedDevices: Pick<RememberedDevices, 'endAllOf'>;
  readonly keyedHash: KeyedHash;
  /** A setting demands it: then the last one stays. */
  readonly mustHaveFactor: (account: Account) => boolean;
  readonly note: NoteEvent;
}

interface FactorChange {
  readonly changed: ChangedFactor;
  /** Throws where it cannot be; it may be asked several times. */
  readonly next: (current: AccountFactors) => AccountFactors;
  /** Takes out what was added; undefined when it is not there any more. */
  readonly undo: (current: AccountFactors) => AccountFactors | undefined;
  readonly notice: Notice;
  readonly noteAct: (detail: { readonly detail?: string }) => void;
}

/** Later than the one before in any case: what was remembered before it is told from what was remembered after it. */
const withChange = (factors: AccountFactors, now: number): AccountFactors => ({
  ...factors,
  changedAt: Math.max(now, factors.changedAt + 1),
});

async function changeFactors(
  { account: { id: accountId }, proof, language }: FactorOwner,
  { changed, next, undo, notice, noteAct }: FactorChange,
  deps: OwnFactorsDeps,
): Promise<void> {
  const { factors, accounts, rememberedDevices, clock } = deps;
  await factors.change(accountId, (current) => {
    // First what cannot be: the same form, sent twice at once, is told that it was done, not that its proof is too weak by now.
    const wanted = next(current);
    if (!isStrongEnough(proof.strength, changed, current)) throw new DomainError('proof_too_weak');
    return withChange(wanted, clock.now());
  });
  const account = await accounts.get(accountId);
  try {
    if (account === undefined) throw new DomainError('signed_out');
    checkProof(account, proof, clock.now());
  } catch (error) {
    if (account === undefined) await factors.removeAllOf(accountId);
    else await factors.change(accountId, (current) => undo(current));
    throw error;
  }
  await finishAct(async () => {
    try {
      await notify(account, notice, language, deps);
    } finally {
      await rememberedDevices.endAllOf(accountId);
    }
  }, noteAct);
}

const without = <Item extends { readonly id: string }>(items: readonly Item[], id: string): readonly Item[] =>
  items.filter((item) => item.id !== id);

/** Recovery codes stand for a factor: without one they stand for nothing. */
const withoutIdleCodes = (factors: AccountFactors): AccountFactors =>
  hasFactor(factors) ? factors : { ...factors, recoveryCodes: [] };

const hasCodes = ({ recoveryCodes }: AccountFactors, hashes: readonly string[]): boolean =>
  recoveryCodes.some((hash) => hashes.includes(hash));

export interface NewFactor {
  readonly kind: FactorKind;
  readonly add: (current: AccountFactors) => AccountFactors;
  readonly takeOut: (current: AccountFactors) => AccountFactors;
}

/**
 * Returns the recovery codes that came with it, for the one time that they are shown; none where the account had a factor before.
 * Throws what `add` throws, or `proof_too_weak`.
 */
export async function addFactor(
  owner: FactorOwner,
  { kind, add, takeOut }: NewFactor,
  deps: OwnFactorsDeps,
): Promise<readonly string[]> {
  const accountId = owner.account.id;
  const codes = newRecoveryCodes(accountId, deps.keyedHash);
  let isFirst = false;
  await changeFactors(
    owner,
    {
      changed: kind,
      next: (current) => {
        isFirst = !hasFactor(current);
        return { ...add(current), ...(isFirst && { recoveryCodes: codes.hashes }) };
      },
      undo: (current) => withoutIdleCodes(takeOut(current)),
      notice: { text: 'factor_added', facts: { factor: kind } },
      noteAct: (detail) => {
        deps.note('account.factor_added', kind, { accountId, ...detail });
        if (isFirst) deps.note('account.recovery_codes_made', 'first_factor', { accountId });
      },
    },
    deps,
  );
  return isFirst ? codes.shown : [];
}

export interface NewApp {
  /** As it was proposed, in base32. */
  readonly secret: string;
  readonly name: string;
  /** A code of it: that it shows the right ones is proven before it counts. */
  readonly typed: string;
}

/**
 * As `addFactor`. Throws `code_wrong`, `factor_known` where this secret was added before, `too_many_factors` or `proof_too_weak`.
 */
export async function addAuthenticatorApp(
  owner: FactorOwner,
  { secret, name, typed }: NewApp,
  deps: OwnFactorsDeps,
): Promise<readonly string[]> {
  const now = deps.clock.now();
  const step = stepOfCode(secret, typed, now);
  if (step === undefined) throw new DomainError('code_wrong');
  // RFC 6238 5.2: this code is used up as well.
  const app = { id: randomBytes(APP_ID_BYTES).toString('base64url'), name, secret, lastStep: step, addedAt: now };

  function add(current: AccountFactors): AccountFactors {
    if (current.apps.some((known) => isSameSecret(known.secret, secret))) throw new DomainError('factor_known');
    if (current.apps.length >= MAX_APPS) throw new DomainError('too_many_factors');
    return { ...current, apps: [...current.apps, app] };
  }

  const takeOut = (current: AccountFactors) => ({ ...current, apps: without(current.apps, app.id) });
  return addFactor(owner, { kind: 'authenticator_app', add, takeOut }, deps);
}

export interface NamedFactor {
  readonly kind: FactorKind;
  readonly id: string;
}

/** Throws `factor_unknown`, `proof_too_weak`, or `factor_required` for the last one of an account that must have one. */
export async function removeFactor(owner: FactorOwner, { kind, id }: NamedFactor, deps: OwnFactorsDeps): Promise<void> {
  const { account } = owner;
  const mustHave = deps.mustHaveFactor(account);

  function next(current: AccountFactors): AccountFactors {
    const { apps, passkeys } = current;
    const left =
      kind === 'passkey' ? { ...current, passkeys: without(passkeys, id) } : { ...current, apps: without(apps, id) };
    if (left.apps.length === apps.length && left.passkeys.length === passkeys.length)
      throw new DomainError('factor_unknown');
    if (mustHave && !hasFactor(left)) throw new DomainError('factor_required');
    return withoutIdleCodes(left);
  }

  await changeFactors(
    owner,
    {
      changed: kind,
      next,
      undo: () => undefined,
      notice: { text: 'factor_removed', facts: { factor: kind } },
      noteAct: (detail) => deps.note('account.factor_removed', kind, { accountId: account.id, ...detail }),
    },
    deps,
  );
}

/** Ten, in place of those that there were. Throws `proof_too_weak`, or `factor_unknown` where there is nothing that they could stand for. */
export async function renewRecoveryCodes(owner: FactorOwner, deps: OwnFactorsDeps): Promise<readonly string[]> {
  const accountId = owner.account.id;
  const { shown, hashes } = newRecoveryCodes(accountId, deps.keyedHash);
  await changeFactors(
    owner,
    {
      changed: 'recovery_codes',
      next: (current) => {
        if (!hasFactor(current)) throw new DomainError('factor_unknown');
        return { ...current, recoveryCodes: hashes };
      },
      undo: (current) => (hasCodes(current, hashes) ? { ...current, recoveryCodes: [] } : undefined),
      notice: { text: 'recovery_codes_renewed' },
      noteAct: (detail) => deps.note('account.recovery_codes_made', 'user', { accountId, ...detail }),
    },
    deps,
  );
  return shown;
}
