/**
 * Registering, until the address is proven. Whoever begins gets the same answer by the same calls on storage whether the address
 * is known or not: a registration with a known one is stored, linked and mailed like any other, but what is mailed is another
 * text without the link. So nobody ever learns its link, and without that there is no code either.
 *
 * The account is made in one of three ways, and only once, because its address can be taken once:
 * 1. the button of the link is pressed in the browser that began;
 * 2. it is pressed elsewhere, and the code that is shown there is typed into the browser that began;
 * 3. it is pressed elsewhere, and a new password is chosen there.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { LinkStore } from '../../storage/mail/links.ts';
import type { Registration, RegistrationStore } from '../../storage/mail/registrations.ts';
import type { AcceptedTerms, Account, AccountStore } from '../../storage/records/accounts.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import { createAccount } from '../accounts/create.ts';
import type { PasswordHasher } from '../accounts/password-hashing.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent } from '../events/security-events.ts';
import { issueLink, linkRules } from '../links/links.ts';
import type { Admission, MailCause, Outbox } from '../mail/outbox.ts';
import type { SignInBudgets } from '../throttle/sign-in-budgets.ts';
import { codeShownWith, isCode, isSecret, newProof, readSecret, type ShownCode } from './confirmation-code.ts';
import { isAllowedDomain, type Registrant, readRegistrant } from './registrant.ts';

const LIFE_MILLISECONDS = linkRules.confirm_registration.lifeSeconds * 1000;
/** A newer link ends the older one for the same address. Where no mail may be sent, the link is made for this instead and ends none. */
const NOBODY = 'nobody';
const GUESSES_A_MAIL = 5;

export interface RegistrationDeps {
  readonly accounts: AccountStore;
  readonly clients: Pick<ClientStore, 'get'>;
  readonly hasher: PasswordHasher;
  readonly throttle: Pick<SignInBudgets, 'payForHash'>;
  readonly links: LinkStore;
  readonly registrations: RegistrationStore;
  readonly outbox: Outbox;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  readonly issuer: string;
  readonly config: { readonly brandName: string };
  /** `closed`: nobody makes an account for themselves. */
  readonly admission: 'open' | 'approval' | 'closed';
  /** As `asciiDomain` writes them; every domain when it is empty. */
  readonly domains: readonly string[];
  /** For mails: as pages in this language name the app. */
  appNameOf(app: Pick<Registration, 'clientId' | 'language'>): Promise<string>;
}

/** What a request brings along. */
export interface Visit {
  /** The IP address that it came from. */
  readonly address: string;
  readonly note: NoteEvent;
}

export type NewRegistration = Pick<Registration, 'signIn' | 'browser' | 'clientId' | 'language'> & {
  readonly registrant: Registrant;
  readonly acceptedTerms: AcceptedTerms | undefined;
};

/** What became of a proven address: an account, or somebody has one with it. */
export type Proven =
  | { readonly account: Account; readonly registration: Registration }
  | { readonly taken: true; readonly registration: Registration };

export type Confirmed = Proven | { readonly shown: ShownCode; readonly registration: Registration };

const causedBy = ({ address }: Visit): MailCause => ({ form: { address } });

const newMailing = (): string => randomBytes(16).toString('base64url');

/** What is left when nothing can come of it any more: its pages look as before. */
function ended({ passwordHash: _hash, name: _name, acceptedTerms: _terms, proof: _proof, ...rest }: Registration) {
  return rest;
}

export class Registrations {
  readonly #deps: RegistrationDeps;

  constructor(deps: RegistrationDeps) {
    this.#deps = deps;
  }

  get isOffered(): boolean {
    return this.#deps.admission !== 'closed';
  }

  get needsApproval(): boolean {
    return this.#deps.admission === 'approval';
  }

  /** What somebody typed, or every problem with it; the same for known addresses. */
  read(typed: Parameters<typeof readRegistrant>[0]): ReturnType<typeof readRegistrant> {
    const { domains, config } = this.#deps;
    return readRegistrant(typed, { domains, brandName: config.brandName });
  }

  /** Throws `too_many_attempts` and `hashing_busy`. */
  async begin({ registrant, acceptedTerms, ...origin }: NewRegistration, visit: Visit): Promise<void> {
    const { registrations, outbox, clock } = this.#deps;
    const { email, name, password } = registrant;
    // For a known address too, so that the answer takes as long.
    const passwordHash = await this.#hash(password, email, visit);
    const now = clock.now();
    const registration = await registrations.put({
      ...origin,
      email,
      ...(name !== undefined && { name }),
      passwordHash,
      ...(acceptedTerms !== undefined && { acceptedTerms }),
      mailing: newMailing(),
      guesses: 0,
      expiresAt: now + LIFE_MILLISECONDS,
    });
    const admission = await outbox.admit(email, causedBy(visit));
    const owner = await this.#mail(registration, admission);
    if (owner === undefined) visit.note('registration.begun', 'new_address', { typedLogin: email });
    else visit.note('registration.begun', 'known_address', { accountId: owner.id });
  }

  /** Undefined in any other browser than the one that began. */
  async find(signIn: string, isBound: (browser: string) => boolean): Promise<Registration | undefined> {
    const found = await this.#deps.registrations.findBySignIn(signIn);
    return found !== undefined && isBound(found.browser) ? found : undefined;
  }

  /** The mail once more, and with it five more guesses. Beyond what one address gets in an hour nothing changes. */
  async sendAgain({ id, email }: Registration, visit: Visit): Promise<void> {
    const { registrations, outbox } = this.#deps;
    const admission = await outbox.admit(email, causedBy(visit));
    if (!admission.isAdmitted) return;
    const mailing = newMailing();
    const registration = await registrations.update(id, ({ proof: _proof, ...kept }) => ({
      ...kept,
      mailing,
      guesses: 0,
    }));
    if (registration !== undefined) await this.#mail(registration, admission);
  }

  /** What is typed into the browser that began. The same is said of a known address, for which there is no code. */
  async enterCode({ id, email }: Registration, typed: string, visit: Visit): Promise<Proven | 'wrong' | 'used_up'> {
    const { registrations, clock, keyedHash } = this.#deps;
    // Counted before it is compared: of many at once five are.
    const counted = await registrations.update(id, (current) =>
      current.guesses < GUESSES_A_MAIL ? { ...current, guesses: current.guesses + 1 } : undefined,
    );
    if (counted === undefined) {
      visit.note('registration.failed', 'too_many_codes', { typedLogin: email });
      return 'used_up';
    }
    const isRight = isCode(typed, id, counted.proof, { now: clock.now(), keyedHash });
    if (isRight && this.#isOpen(counted)) return this.#make(counted, { isHere: true }, visit);
    visit.note('registration.failed', 'wrong_code', { typedLogin: email });
    return counted.guesses < GUESSES_A_MAIL ? 'wrong' : 'used_up';
  }

  /** For the page of a link: spends nothing. Undefined where it no longer works. */
  async opened(token: string): Promise<Registration | undefined> {
    return this.#ofLink(await this.#deps.links.find('confirm_registration', token));
  }

  /** The button of the link: for exactly one of many presses. Undefined where it no longer works. */
  async confirm(token: string, isBound: (browser: string) => boolean, visit: Visit): Promise<Confirmed | undefined> {
    const { links, registrations, clock, keyedHash } = this.#deps;
    const registration = await this.#ofLink(await links.use('confirm_registration', token));
    if (registration === undefined) return undefined;
    if (isBound(registration.browser)) return this.#make(registration, { isHere: true }, visit);
    const { shown, proof } = newProof(registration.id, clock.now(), keyedHash);
    const proven = await registrations.update(registration.id, (current) =>
      current.mailing === registration.mailing && this.#isOpen(current) ? { ...current, proof } : undefined,
    );
    return proven && { shown, registration: proven };
  }

  /** Whose password may be chosen by the secret, and what is shown with it. */
  async findBySecret(
    text: string,
  ): Promise<{ readonly registration: Registration; readonly shown: ShownCode } | undefined> {
    const { id = '', secret = '' } = readSecret(text) ?? {};
    const found = await this.#deps.registrations.get(id);
    if (found === undefined || !isSecret(secret, found.proof) || !this.#isOpen(found)) return undefined;
    return { registration: found, shown: { secret: text, code: codeShownWith(secret, this.#deps.keyedHash) } };
  }

  /**
   * A name and a new password in place of what was typed where it began: for whoever has the secret. Throws `too_many_attempts` and
   * `hashing_busy`.
   */
  async choosePassword(
    { name: _name, acceptedTerms: _terms, ...begun }: Registration,
    { registrant, acceptedTerms }: Pick<NewRegistration, 'registrant' | 'acceptedTerms'>,
    visit: Visit,
  ): Promise<Proven> {
    const { name, password } = registrant;
    const chosen: Registration = {
      ...begun,
      ...(name !== undefined && { name }),
      passwordHash: await this.#hash(password, begun.email, visit),
      ...(acceptedTerms !== undefined && { acceptedTerms }),
    };
    return this.#make(chosen, { isHere: false }, visit);
  }

  async #hash(password: string, email: string, { address }: Visit): Promise<string> {
    const { throttle, hasher } = this.#deps;
    const caller = await throttle.payForHash(address, canonicalIdentifier(email));
    return hasher.hash(password, caller);
  }

  /** True while an account can come of it: the settings may be others since it began. */
  #isOpen({ passwordHash, email }: Registration): boolean {
    return this.isOffered && passwordHash !== undefined && isAllowedDomain(email, this.#deps.domains);
  }

  async #ofLink(
    link: { readonly details?: Readonly<Record<string, unknown>> } | undefined,
  ): Promise<Registration | undefined> {
    const { registration: id, mailing } = link?.details ?? {};
    const found = typeof id === 'string' ? await this.#deps.registrations.get(id) : undefined;
    return found !== undefined && found.mailing === mailing && this.#isOpen(found) ? found : undefined;
  }

  /** To whoever reads the mails of the address. Returns the account that has it, to whose owner another text went. */
  async #mail(registration: Registration, admission: Admission): Promise<Account | undefined> {
    const { accounts, outbox, issuer } = this.#deps;
    const { id, email, language, mailing } = registration;
    const owner = await accounts.findByIdentifier(email);
    const app = await this.#deps.appNameOf(registration);
    const subject = admission.isAdmitted ? canonicalIdentifier(email) : NOBODY;
    const details = { registration: id, mailing };
    // For a known address too, but then it is in no mail.
    const link = await issueLink({ purpose: 'confirm_registration', subject, email, details }, this.#deps);
    const usefulUntil = link.expiresAt;
    const known = { text: 'already_registered', values: { app, link: `${issuer}/account` } } as const;
    const unknown = { text: 'confirm_registration', values: { app, link: link.address } } as const;
    const isEnded = registration.passwordHash === undefined;
    const text = owner === undefined ? unknown : known;
    const order = owner === undefined && isEnded ? undefined : { ...text, language, usefulUntil };
    await outbox.enqueue(owner?.email ?? email, order, admission);
    return owner;
  }

  async #make(registration: Registration, { isHere }: { isHere: boolean }, visit: Visit): Promise<Proven> {
    const { registrations } = this.#deps;
    const { id, email } = registration;
    const account = await this.#createAccount(registration);
    await registrations.update(id, (current) => ({
      ...ended(current),
      ...(isHere && account !== undefined && { isMadeHere: true as const }),
    }));
    if (account === undefined) {
      visit.note('registration.failed', 'address_taken', { typedLogin: email });
      return { taken: true, registration };
    }
    visit.note('account.created', 'registration', { accountId: account.id });
    if (account.awaitsApproval) await this.#mailAwaiting(account, registration);
    return { account, registration };
  }

  /** Undefined when somebody else has the address by now. */
  async #createAccount({ email, name, passwordHash, acceptedTerms }: Registration): Promise<Account | undefined> {
    if (passwordHash === undefined) return undefined;
    const wanted = {
      email,
      emailVerified: true,
      ...(name !== undefined && { name }),
      passwordHash,
      ...(this.needsApproval && { awaitsApproval: true as const }),
      ...(acceptedTerms !== undefined && { acceptedTerms }),
    };
    try {
      return await createAccount(wanted, this.#deps);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'email_taken') return undefined;
      throw error;
    }
  }

  async #mailAwaiting({ email }: Account, registration: Registration): Promise<void> {
    const { language, expiresAt: usefulUntil } = registration;
    const values = { app: await this.#deps.appNameOf(registration) };
    const order = { text: 'awaiting_approval', language, values, usefulUntil } as const;
    await this.#deps.outbox.enqueue(email, order, 'act');
  }
}
