/** Who began to register and has not proven the address yet: nobody has an account before that. */
import { EncryptedCollection, storedId } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps } from '../encryption/keyed-hash.ts';
import type { AcceptedTerms } from '../records/accounts.ts';

/** Of a link that was opened in another browser than the one that began. */
export interface Proof {
  /** Keyed hash of the code that was shown there, to be typed into the first browser. */
  readonly codeHash: string;
  /** Milliseconds since the epoch. */
  readonly codeUntil: number;
  /** SHA-256 of what the form there holds in which a new password is chosen. */
  readonly secretHash: string;
  /** Codes that were compared with it. */
  readonly guesses: number;
}

/** The account that it became. */
export interface Made {
  readonly accountId: string;
  /** Whether for the browser that began. */
  readonly where: 'here' | 'elsewhere';
  /** Of the form elsewhere, which may be sent twice. */
  readonly secretHash?: string;
}

export interface Registration {
  /** Its record. */
  readonly id: string;
  /** Uid of the interaction that it began in, which goes on when the account is made. */
  readonly signIn: string;
  /** Keyed hash of the cookie of the browser that began. */
  readonly browser: string;
  readonly clientId: string;
  readonly language: string;
  readonly email: string;
  readonly name?: string;
  /** Absent once nothing can come of it any more. */
  readonly passwordHash?: string;
  readonly acceptedTerms?: AcceptedTerms;
  /** Codes that were typed since the mail was asked for, whether it was sent and whether there was one to guess: for what the page says. */
  readonly guesses: number;
  readonly proof?: Proof;
  /** The password was chosen with the secret of the proof. */
  readonly isChosen?: true;
  readonly made?: Made;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export class RegistrationStore {
  readonly #registrations: EncryptedCollection<Registration, 'registrations'>;
  readonly #clock: KeyedCollectionDeps['clock'];

  constructor(deps: KeyedCollectionDeps) {
    this.#registrations = new EncryptedCollection(deps, 'registrations');
    this.#clock = deps.clock;
  }

  /** Takes the place of an earlier one of the same sign-in. */
  async put(registration: Omit<Registration, 'id'>): Promise<Registration> {
    const value = { ...registration, id: this.idOf(registration.signIn) };
    await this.#registrations.put(this.#write(value));
    return value;
  }

  /** Names the record of the sign-in with this uid, whether there is one or not. */
  idOf(uid: string): string {
    return storedId('registrations', uid);
  }

  /** Of the sign-in with this uid, in whatever browser. */
  findBySignIn(uid: string): Promise<Registration | undefined> {
    return this.get(this.idOf(uid));
  }

  async get(id: string): Promise<Registration | undefined> {
    const found = (await this.#registrations.get(id))?.value;
    // By this clock too, whatever the database has purged.
    return found !== undefined && this.#clock.now() < found.expiresAt ? found : undefined;
  }

  /** As it was written, by compare-and-set; undefined where there is none, or `change` returned undefined. */
  update(
    id: string,
    change: (registration: Registration) => Registration | undefined,
  ): Promise<Registration | undefined> {
    return this.#registrations.compareAndSet(id, (current) => {
      const changed = this.#clock.now() < current.expiresAt ? change(current) : undefined;
      return changed && this.#write(changed);
    });
  }

  #write(value: Registration) {
    return { id: value.id, value, expiresAt: value.expiresAt };
  }
}
