/** Making a passkey for an account: what the browser is asked for, and what its answer has to be (WebAuthn 7.1). */
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import type { Clock } from '../../ports/clock.ts';
import type { FactorStore, Passkey } from '../../storage/factors/factors.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { NewFactor } from '../factors/own-factors.ts';
import { CHALLENGE_SECONDS, type Challenges } from './challenges.ts';
import { descriptorOf } from './passkeys.ts';
import { ALGORITHMS, type RelyingParty, readAttestation, verifyAttestation } from './webauthn.ts';

/** More than anybody has devices and security keys: a bound for the record. */
export const MAX_PASSKEYS = 10;

/** `add` throws `passkey_known` or `too_many_factors`. */
export type NewPasskey = NewFactor & { readonly kind: 'passkey' };

export interface NewPasskeysDeps {
  readonly relyingParty: RelyingParty;
  readonly challenges: Challenges;
  readonly factors: Pick<FactorStore, 'userHandleOf'>;
  readonly clock: Pick<Clock, 'now'>;
}

function newPasskey(passkey: Passkey): NewPasskey {
  return {
    kind: 'passkey',
    // No other account is looked through: whoever signs in is found by the user handle, never by the id of the passkey alone.
    add(current) {
      if (current.passkeys.some(({ id }) => id === passkey.id)) throw new DomainError('passkey_known');
      if (current.passkeys.length >= MAX_PASSKEYS) throw new DomainError('too_many_factors');
      return { ...current, passkeys: [...current.passkeys, passkey] };
    },
    takeOut: (current) => ({ ...current, passkeys: current.passkeys.filter(({ id }) => id !== passkey.id) }),
  };
}

export class NewPasskeys {
  readonly #deps: NewPasskeysDeps;

  constructor(deps: NewPasskeysDeps) {
    this.#deps = deps;
  }

  /** One that signs in alone: found by the browser itself, and unlocked for each use. Who made it is not asked (`none`). */
  options(
    { id, email, name }: Pick<Account, 'id' | 'email' | 'name'>,
    passkeys: readonly Passkey[],
  ): PublicKeyCredentialCreationOptionsJSON {
    const { relyingParty, challenges, factors } = this.#deps;
    return {
      rp: { id: relyingParty.id, name: relyingParty.name },
      user: { id: factors.userHandleOf(id), name: email, displayName: name ?? email },
      challenge: challenges.issue(['add', id]),
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      timeout: CHALLENGE_SECONDS * 1000,
      excludeCredentials: passkeys.map(descriptorOf),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
    };
  }

  /** Throws `passkey_expired`, or `passkey_invalid` for what is no passkey for us that was unlocked when it was made. */
  async read(
    json: string,
    { name, accountId }: { readonly name: string; readonly accountId: string },
  ): Promise<NewPasskey> {
    const { relyingParty, challenges, clock } = this.#deps;
    const attestation = readAttestation(json);
    const state = attestation && challenges.look(attestation.challenge, ['add', accountId]);
    if (state === 'expired') throw new DomainError('passkey_expired');
    if (attestation === undefined || state !== 'open') throw new DomainError('passkey_invalid');
    const made = await verifyAttestation(attestation, relyingParty);
    if (made === undefined) throw new DomainError('passkey_invalid');
    if (!(await challenges.use(attestation.challenge))) throw new DomainError('passkey_expired');
    return newPasskey({ ...made, name, addedAt: clock.now() });
  }
}
