/** What people change of their own second factors, and the recovery codes that come of it. */
import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { type AccountFactors, hasFactor } from '../../storage/factors/factors.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { isSameSecret } from '../constant-time.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent, ReasonOf } from '../events/security-events.ts';
import {
  changeFactors,
  checkStrength,
  type FactorChange,
  type FactorChangeDeps,
  type FactorOwner,
  type MadeChange,
} from './factor-change.ts';
import { newRecoveryCodes, RECOVERY_CODES } from './recovery-codes.ts';
import type { FactorKind } from './strength.ts';
import { stepOfCode } from './totp.ts';

/** More than anybody has phones: a bound for the record, and for how many codes are right at one time. */
export const MAX_APPS = 5;

const APP_ID_BYTES = 9;

/** In which a form whose answer did not arrive is sent again. */
const AGAIN_MILLISECONDS = 10 * 60_000;

export interface OwnFactorsDeps extends FactorChangeDeps {
  readonly keyedHash: KeyedHash;
  /** A setting demands it: then the last one stays. */
  readonly mustHaveFactor: (account: Account) => boolean;
  readonly note: NoteEvent;
}

export interface MadeCodes extends MadeChange {
  /** For the one time that they are shown; none where those before stay. */
  readonly codes: readonly string[];
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

/** With recovery codes where the account had no factor before. Throws what `add` throws, or `proof_too_weak`. */
export async function addFactor(
  owner: FactorOwner,
  { kind, add, takeOut }: NewFactor,
  deps: OwnFactorsDeps,
): Promise<MadeCodes> {
  const accountId = owner.account.id;
  const codes = newRecoveryCodes(accountId, deps.keyedHash);
  let isFirst = false;
  const made = await changeFactors(
    owner,
    {
      next: (current) => {
        // First what cannot be: the same form, sent twice at once, is told that it was done, not that its proof is too weak by now.
        const added = add(current);
        checkStrength(owner.proof, kind, current);
        isFirst = !hasFactor(current);
        return { ...added, ...(isFirst && { recoveryCodes: codes.hashes }) };
      },
      undo(current) {
        const left = takeOut(current);
        // Nobody has seen them.
        return withoutIdleCodes(hasCodes(left, codes.hashes) ? { ...left, recoveryCodes: [] } : left);
      },
      notice: { text: 'factor_added', facts: { factor: kind } },
      noteAct: (detail) => {
        deps.note('account.factor_added', kind, { accountId, ...detail });
        if (isFirst) deps.note('account.recovery_codes_made', 'first_factor', { accountId });
      },
    },
    deps,
  );
  return { ...made, codes: isFirst ? codes.shown : [] };
}

export interface NewApp {
  /** As it was proposed, in base32. */
  readonly secret: string;
  readonly name: string;
  /** A code of it: that it shows the right ones is proven before it counts. */
  readonly typed: string;
}

/** Throws `code_wrong`. `add` throws `factor_known` where this secret was added before, or `too_many_factors`. */
export function newAuthenticatorApp(
  { secret, name, typed }: NewApp,
  { clock }: Pick<OwnFactorsDeps, 'clock'>,
): NewFactor {
  const now = clock.now();
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
  return { kind: 'authenticator_app', add, takeOut };
}

/** Its recovery codes, as of `addFactor`. */
export async function addAuthenticatorApp(
  owner: FactorOwner,
  app: NewApp,
  deps: OwnFactorsDeps,
): Promise<readonly string[]> {
  return (await addFactor(owner, newAuthenticatorApp(app, deps), deps)).codes;
}

export interface NamedFactor {
  readonly kind: FactorKind;
  readonly id: string;
}

/** Each as it is now, and what is not there any more as it was. */
const withMissing = <Item extends { readonly id: string }>(now: readonly Item[], before: readonly Item[]) =>
  before.map((item) => now.find(({ id }) => id === item.id) ?? item);

/** Throws `factor_unknown`, `proof_too_weak`, or `factor_required` for the last one of an account that must have one. */
export async function removeFactor(
  owner: FactorOwner,
  { kind, id }: NamedFactor,
  deps: OwnFactorsDeps,
): Promise<MadeChange> {
  const accountId = owner.account.id;

  function check(account: Account, left: AccountFactors): void {
    if (!hasFactor(left) && deps.mustHaveFactor(account)) throw new DomainError('factor_required');
  }

  function next(current: AccountFactors): AccountFactors {
    const { apps, passkeys } = current;
    const left =
      kind === 'passkey' ? { ...current, passkeys: without(passkeys, id) } : { ...current, apps: without(apps, id) };
    if (left.apps.length === apps.length && left.passkeys.length === passkeys.length)
      throw new DomainError('factor_unknown');
    check(owner.account, left);
    checkStrength(owner.proof, kind, current);
    return withoutIdleCodes(left);
  }

  // Where they were changed since then, a reset by an administrator may be among what changed them.
  const undo: FactorChange['undo'] = (current, { before, after }) =>
    current.changedAt === after.changedAt
      ? {
          ...current,
          apps: withMissing(current.apps, before.apps),
          passkeys: withMissing(current.passkeys, before.passkeys),
          recoveryCodes: hasFactor(after) ? current.recoveryCodes : before.recoveryCodes,
        }
      : undefined;

  return changeFactors(
    owner,
    {
      ...{ next, check, undo },
      notice: { text: 'factor_removed', facts: { factor: kind } },
      noteAct: (detail) => deps.note('account.factor_removed', kind, { accountId, ...detail }),
    },
    deps,
  );
}

/** Ten, in place of those that there were, where `checkChange` does not throw. */
async function replaceRecoveryCodes(
  owner: FactorOwner,
  {
    reason,
    checkChange,
  }: {
    readonly reason: ReasonOf<'account.recovery_codes_made'>;
    readonly checkChange: (current: AccountFactors) => void;
  },
  deps: OwnFactorsDeps,
): Promise<MadeCodes> {
  const accountId = owner.account.id;
  const { shown, hashes } = newRecoveryCodes(accountId, deps.keyedHash);
  const made = await changeFactors(
    owner,
    {
      next: (current) => {
        checkChange(current);
        return { ...current, recoveryCodes: hashes };
      },
      undo: (current, { before }) =>
        hasCodes(current, hashes) ? { ...current, recoveryCodes: before.recoveryCodes } : undefined,
      notice: { text: 'recovery_codes_renewed' },
      noteAct: (detail) => deps.note('account.recovery_codes_made', reason, { accountId, ...detail }),
    },
    deps,
  );
  return { ...made, codes: shown };
}

/** Throws `proof_too_weak`, or `factor_unknown` where there is nothing that they could stand for. */
export function renewRecoveryCodes(owner: FactorOwner, deps: OwnFactorsDeps): Promise<MadeCodes> {
  function checkChange(current: AccountFactors): void {
    if (!hasFactor(current)) throw new DomainError('factor_unknown');
    checkStrength(owner.proof, 'recovery_codes', current);
  }
  return replaceRecoveryCodes(owner, { reason: 'user', checkChange }, deps);
}

/**
 * For an app that `factor_known` was said of: its form came again, with a code of it, which proves it. Where the first answer has not
 * arrived, nobody has seen the recovery codes that came with it: the proof is not one of the factors as that answer left them. Then there
 * are others. Throws `code_wrong`, or `factor_known` where there is nothing to show.
 */
export async function confirmAppAgain(
  owner: FactorOwner,
  { secret, typed }: Pick<NewApp, 'secret' | 'typed'>,
  deps: OwnFactorsDeps,
): Promise<MadeCodes> {
  const now = deps.clock.now();
  if (stepOfCode(secret, typed, now) === undefined) throw new DomainError('code_wrong');
  function checkChange({ apps: [app, ...others], passkeys, recoveryCodes, changedAt }: AccountFactors): void {
    const isOnly = app !== undefined && isSameSecret(app.secret, secret) && others.length + passkeys.length === 0;
    const isUnseen = owner.proof.factorsAt !== changedAt && recoveryCodes.length === RECOVERY_CODES;
    if (!isOnly || !isUnseen || now - app.addedAt > AGAIN_MILLISECONDS) throw new DomainError('factor_known');
  }
  return replaceRecoveryCodes(owner, { reason: 'first_factor', checkChange }, deps);
}
