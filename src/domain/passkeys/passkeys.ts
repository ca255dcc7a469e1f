/**
 * Proving who one is by a passkey: alone, or after a password. Nothing can be guessed here, so that no account pays for a failure and
 * nobody is kept out by what others do: only where failures come from has a budget.
 */
import type { PublicKeyCredentialDescriptorJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Clock } from '../../ports/clock.ts';
import type { AccountFactors, FactorStore, Passkey } from '../../storage/factors/factors.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { hasExpired, isUsable } from '../accounts/usable.ts';
import { DomainError, type DomainErrorCode } from '../domain-error.ts';
import type { NoteEvent, ReasonOf } from '../events/security-events.ts';
import { type Level, mfaLevel, passkeyLevel } from '../factors/levels.ts';
import { type Budgets, type Charge, chargesOfStranger } from '../throttle/budgets.ts';
import type { Device } from '../throttle/known-devices.ts';
import { CHALLENGE_SECONDS, type Challenges, type ChallengeUse } from './challenges.ts';
import { type Assertion, type RelyingParty, readAssertion, type Verified, verifyAssertion } from './webauthn.ts';

/** What a browser sent for a passkey. */
export interface PasskeyAnswer {
  /** JSON (WebAuthn 5.1, AuthenticationResponseJSON). */
  readonly json: string;
  readonly interactionUid: string;
  /** The IP address that the request came from. */
  readonly address: string;
  readonly device: Device | undefined;
}

export interface ProvenPasskey {
  /** Milliseconds since the epoch, before the account was read. */
  readonly begunAt: number;
  readonly acr: Level;
  /** RFC 8176. */
  readonly amr: readonly string[];
}

export interface PasskeysDeps {
  readonly relyingParty: RelyingParty;
  readonly challenges: Challenges;
  readonly factors: Pick<FactorStore, 'findByUserHandle' | 'userHandleOf' | 'get' | 'change'>;
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly budgets: Pick<Budgets, 'takeAll' | 'seemsLeft' | 'refillSeconds'>;
  readonly clock: Pick<Clock, 'now'>;
}

type Failure = ReasonOf<'sign_in.failed'>;

/** What is said of a passkey that is right. Of all others the same is said. */
const toldOf: { readonly [reason in Failure]?: DomainErrorCode } = {
  passkey_reused: 'passkey_expired',
  passkey_unverified: 'passkey_unverified',
};

/** The account is known to those who read the events; whoever signs in is told nothing of it. */
class PasskeyError extends DomainError {
  readonly reason: Failure;
  readonly accountId: string | undefined;

  constructor(reason: Failure, accountId: string | undefined) {
    super(toldOf[reason] ?? 'passkey_refused');
    this.reason = reason;
    this.accountId = accountId;
  }
}

/** How browsers are told which passkeys are meant. */
export function descriptorOf({ id, transports }: Passkey): PublicKeyCredentialDescriptorJSON {
  return { id, type: 'public-key', ...(transports.length > 0 && { transports: [...transports] }) };
}

/** WebAuthn 6.1.1: two that count show that there are two. */
function isClone({ counter }: Passkey, signed: number): boolean {
  return (counter > 0 || signed > 0) && signed <= counter;
}

/** Added while somebody else may have been in the account (domain/notices/not-me.ts). */
function isDoubtful({ addedAt }: Passkey, { doubtfulPasskeys: time }: Account): boolean {
  return time !== undefined && time.since <= addedAt && addedAt <= time.until;
}

interface Signed extends Verified {
  readonly passkey: Passkey;
}

function meansOf({ passkey: { deviceType }, isUserVerified }: Signed): Pick<ProvenPasskey, 'acr' | 'amr'> {
  const holder = deviceType === 'multiDevice' ? 'swk' : 'hwk';
  return { acr: isUserVerified ? passkeyLevel : mfaLevel, amr: [holder, 'user', 'mfa'] };
}

/** A neighbour keeps nobody out who is known here. */
function chargesOf({ address, device }: PasskeyAnswer): readonly Charge[] {
  if (device !== undefined) return [['passkeyFailuresOfDevice', device.id]];
  return chargesOfStranger(address, ['passkeyFailures', 'passkeyFailuresOfNetwork']);
}

export class Passkeys {
  readonly #deps: PasskeysDeps;

  constructor(deps: PasskeysDeps) {
    this.#deps = deps;
  }

  /** For a browser to offer any passkey that it has for us. */
  signInOptions(interactionUid: string): PublicKeyCredentialRequestOptionsJSON {
    return { ...this.#options(['sign in', interactionUid]), allowCredentials: [], userVerification: 'required' };
  }

  /** For somebody whose password was right. */
  secondFactorOptions(
    account: Pick<Account, 'id'>,
    passkeys: readonly Passkey[],
    interactionUid: string,
  ): PublicKeyCredentialRequestOptionsJSON {
    return {
      ...this.#options(['second factor', interactionUid, account.id]),
      allowCredentials: passkeys.map(descriptorOf),
      userVerification: 'preferred',
    };
  }

  /**
   * The whole sign-in: who it is, and the proof. Throws `passkey_refused` where it is no passkey of an account that may sign in,
   * `passkey_unverified`, `passkey_expired`, or `too_many_attempts`.
   */
  signIn(answer: PasskeyAnswer, note: NoteEvent): Promise<ProvenPasskey & { readonly account: Account }> {
    return this.#counted(answer, note, async () => {
      const begunAt = this.#deps.clock.now();
      const assertion = this.#read(answer.json, ['sign in', answer.interactionUid]);
      const found = assertion.userHandle && (await this.#deps.factors.findByUserHandle(assertion.userHandle));
      if (!found) throw new PasskeyError('passkey_unknown', undefined);
      const { accountId, passkeys } = found;
      const proven = await this.#verify(assertion, { accountId, passkeys });
      // WebAuthn 7.2, step 17: alone it is two factors, what somebody has and what unlocked it.
      if (!proven.isUserVerified) throw new PasskeyError('passkey_unverified', accountId);
      const account = await this.#usableAccount(accountId);
      if (isDoubtful(proven.passkey, account)) throw new PasskeyError('passkey_doubtful', accountId);
      await this.#use(assertion, accountId, proven);
      return { account, begunAt, ...meansOf(proven) };
    });
  }

  /** Of the account whose password was right. Throws as `signIn` does; whether the account may still sign in is not looked at here. */
  proveSecondFactor(
    answer: PasskeyAnswer,
    { id: accountId }: Pick<Account, 'id'>,
    note: NoteEvent,
  ): Promise<ProvenPasskey> {
    return this.#counted(answer, note, async () => {
      const { clock, factors } = this.#deps;
      const begunAt = clock.now();
      const assertion = this.#read(answer.json, ['second factor', answer.interactionUid, accountId]);
      // WebAuthn 7.2, step 6.
      const { userHandle = factors.userHandleOf(accountId) } = assertion;
      if (userHandle !== factors.userHandleOf(accountId)) throw new PasskeyError('passkey_unknown', accountId);
      const proven = await this.#verify(assertion, await factors.get(accountId));
      await this.#use(assertion, accountId, proven);
      return { begunAt, ...meansOf(proven) };
    });
  }

  #options(use: ChallengeUse) {
    const { relyingParty, challenges } = this.#deps;
    return { challenge: challenges.issue(use), rpId: relyingParty.id, timeout: CHALLENGE_SECONDS * 1000 };
  }

  /** What costs nothing comes first: an answer to a challenge that is not ours reaches no storage. */
  #read(json: string, use: ChallengeUse): Assertion {
    const assertion = readAssertion(json);
    const state = assertion === undefined ? 'foreign' : this.#deps.challenges.look(assertion.challenge, use);
    if (state === 'expired') throw new DomainError('passkey_expired');
    if (assertion === undefined || state === 'foreign') throw new PasskeyError('wrong_passkey', undefined);
    return assertion;
  }

  async #verify(
    assertion: Assertion,
    { accountId, passkeys }: Pick<AccountFactors, 'accountId' | 'passkeys'>,
  ): Promise<Signed> {
    const passkey = passkeys.find(({ id }) => id === assertion.id);
    if (passkey === undefined) throw new PasskeyError('passkey_unknown', accountId);
    const verified = await verifyAssertion(assertion, passkey, this.#deps.relyingParty);
    if (verified === undefined) throw new PasskeyError('wrong_passkey', accountId);
    return { ...verified, passkey };
  }

  async #usableAccount(accountId: string): Promise<Account> {
    const account = await this.#deps.accounts.get(accountId);
    if (account === undefined) throw new PasskeyError('passkey_unknown', undefined);
    const now = this.#deps.clock.now();
    if (isUsable(account, now)) return account;
    if (account.isDisabled) throw new PasskeyError('account_disabled', accountId);
    throw new PasskeyError(hasExpired(account, now) ? 'account_expired' : 'awaits_approval', accountId);
  }

  /** One of many answers to a challenge wins, and one whose counter is not ahead of the last is refused. */
  async #use({ challenge, id }: Assertion, accountId: string, { counter }: Verified): Promise<void> {
    if (!(await this.#deps.challenges.use(challenge))) throw new PasskeyError('passkey_reused', accountId);
    const lastUsedAt = this.#deps.clock.now();
    let reason: Failure = 'passkey_unknown';
    const changed = await this.#deps.factors.change(accountId, (current) => {
      const passkey = current.passkeys.find((each) => each.id === id);
      reason = passkey === undefined ? 'passkey_unknown' : 'passkey_cloned';
      if (passkey === undefined || isClone(passkey, counter)) return undefined;
      const used = { ...passkey, counter, lastUsedAt };
      return { ...current, passkeys: current.passkeys.map((each) => (each.id === id ? used : each)) };
    });
    if (changed === undefined) throw new PasskeyError(reason, accountId);
  }

  /** As far as this process knows what others counted: there is nothing to guess, only work to save. */
  async #counted<T>(answer: PasskeyAnswer, note: NoteEvent, prove: () => Promise<T>): Promise<T> {
    const { budgets } = this.#deps;
    const charges = chargesOf(answer);
    const usedUp = charges.find((charge) => budgets.seemsLeft(...charge) < 1);
    if (usedUp !== undefined) {
      note('sign_in.throttled', 'too_many_attempts');
      throw new DomainError('too_many_attempts', { retryAfterSeconds: budgets.refillSeconds(usedUp[0]) });
    }
    try {
      return await prove();
    } catch (error) {
      if (error instanceof PasskeyError) {
        note('sign_in.failed', error.reason, { accountId: error.accountId });
        await budgets.takeAll(charges);
      }
      throw error;
    }
  }
}
