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
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { LinkStore, StoredLink } from '../../storage/mail/links.ts';
import type { Registration } from '../../storage/mail/registrations.ts';
import type { AcceptedTerms, Account } from '../../storage/records/accounts.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { type LinkMail, linkRules, mailLink } from '../links/links.ts';
import type { SignInBudgets } from '../throttle/sign-in-budgets.ts';
import { codeShownWith, isCode, isSecret, newProof, readSecret, type ShownCode } from './confirmation-code.ts';
import { type MakingDeps, makeAccount, type Visit } from './made-accounts.ts';
import { isAllowedDomain, type Registrant, readRegistrant } from './registrant.ts';

const PURPOSE = 'confirm_registration';
const LIFE_MILLISECONDS = linkRules[PURPOSE].lifeSeconds * 1000;
const GUESSES_A_MAIL = 5;

export interface RegistrationDeps extends MakingDeps {
  readonly throttle: Pick<SignInBudgets, 'payForHash' | 'payForLink'>;
  readonly links: LinkStore;
  readonly keyedHash: KeyedHash;
  readonly issuer: string;
  /** As `asciiDomain` writes them; every domain when it is empty. */
  readonly domains: readonly string[];
}

export type NewRegistration = Pick<Registration, 'signIn' | 'browser' | 'clientId' | 'language'> & {
  readonly registrant: Registrant;
  readonly acceptedTerms: AcceptedTerms | undefined;
};

/** What became of a proven address: an account (`isSecond`: another request of the same registration made it), or somebody has one with it. */
export type Proven =
  | { readonly account: Account; readonly registration: Registration; readonly isSecond: boolean }
  | { readonly taken: true; readonly registration: Registration };

export type Confirmed = Proven | { readonly shown: ShownCode; readonly registration: Registration };

const isSameAddress = (one: string, other: string): boolean => canonicalIdentifier(one) === canonicalIdentifier(other);

function withoutProof({ proof: _proof, ...rest }: Registration): Registration {
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

  /** What the settings say by now to an address that began; the same for known ones. */
  closedTo({ email }: Pick<Registration, 'email'>): 'closed' | 'domain_not_allowed' | undefined {
    if (!this.isOffered) return 'closed';
    return isAllowedDomain(email, this.#deps.domains) ? undefined : 'domain_not_allowed';
  }

  /** What somebody typed, or every problem with it; the same for known addresses. */
  read(typed: Parameters<typeof readRegistrant>[0]): ReturnType<typeof readRegistrant> {
    const { domains, config } = this.#deps;
    return readRegistrant(typed, { domains, brandName: config.brandName });
  }

  /** Throws `too_many_attempts` and `hashing_busy`. */
  async begin({ registrant, acceptedTerms, ...origin }: NewRegistration, visit: Visit): Promise<void> {
    const { registrations, clock } = this.#deps;
    const { email, name, password } = registrant;
    // In any case: a known address takes as long.
    const passwordHash = await this.#hash(password, email, visit);
    const wanted: Registration = {
      ...origin,
      id: registrations.idOf(origin.signIn),
      email,
      ...(name !== undefined && { name }),
      passwordHash,
      ...(acceptedTerms !== undefined && { acceptedTerms }),
      guesses: 0,
      expiresAt: clock.now() + LIFE_MILLISECONDS,
    };
    const before = await registrations.get(wanted.id);
    const owner = await this.#mail(wanted, visit, (_link, isAdmitted) =>
      before === undefined
        ? registrations.put(wanted)
        : registrations.update(wanted.id, ({ email: earlier, proof }) => ({
            ...wanted,
            // The link that was mailed stays good, and so does what it showed.
            ...(!isAdmitted && proof !== undefined && isSameAddress(earlier, email) && { proof }),
          })),
    );
    if (owner === undefined) visit.note('registration.begun', 'new_address', { typedLogin: email });
    else visit.note('registration.begun', 'known_address', { accountId: owner.id });
  }

  /** Undefined in any other browser than the one that began. */
  async find(signIn: string, isBound: (browser: string) => boolean): Promise<Registration | undefined> {
    const found = await this.#deps.registrations.findBySignIn(signIn);
    return found !== undefined && isBound(found.browser) ? found : undefined;
  }

  /**
   * The mail once more, and with it five more guesses, and all for as long as the new link is good. Where it is held back the
   * page says the same, by the same calls on storage, but the guesses at a code that is shown stay counted. Throws
   * `too_many_attempts`.
   */
  async sendAgain(registration: Registration, visit: Visit): Promise<void> {
    const { registrations, throttle, clock } = this.#deps;
    await throttle.payForLink(visit.address);
    const lasting = { ...registration, expiresAt: clock.now() + LIFE_MILLISECONDS };
    await this.#mail(lasting, visit, ({ expiresAt }, isAdmitted) =>
      registrations.update(registration.id, (current) =>
        isAdmitted ? { ...withoutProof(current), guesses: 0, expiresAt } : { ...current, guesses: 0 },
      ),
    );
  }

  /** What is typed into the browser that began. The same is said of a known address, for which there is no code. */
  async enterCode({ id, email }: Registration, typed: string, visit: Visit): Promise<Proven | 'wrong' | 'used_up'> {
    const { registrations, clock, keyedHash } = this.#deps;
    // Counted before it is compared: of many at once five are.
    const counted = await registrations.update(id, (current) => {
      if (current.made?.where === 'here') return current;
      if (current.guesses >= GUESSES_A_MAIL) return undefined;
      const proof = current.proof && { ...current.proof, guesses: current.proof.guesses + 1 };
      return { ...current, guesses: current.guesses + 1, ...(proof && { proof }) };
    });
    if (counted === undefined) {
      visit.note('registration.failed', 'too_many_codes', { typedLogin: email });
      return 'used_up';
    }
    const made = await this.#made(counted, 'here');
    if (made !== undefined) return made;
    const isCounted = (counted.proof?.guesses ?? 0) <= GUESSES_A_MAIL;
    const isRight = isCode(typed, id, counted.proof, { now: clock.now(), keyedHash }) && isCounted;
    if (isRight && this.#isOpen(counted)) return this.#make(counted, 'here', visit);
    visit.note('registration.failed', 'wrong_code', { typedLogin: email });
    return counted.guesses < GUESSES_A_MAIL ? 'wrong' : 'used_up';
  }

  /** For the page of a link: uses nothing up. Undefined where it no longer works. */
  async opened(token: string): Promise<Registration | undefined> {
    const found = await this.#ofLink(await this.#deps.links.find(PURPOSE, token));
    return found && this.#isOpen(found) ? found : undefined;
  }

  /** What a link has become that no longer works, in the browser that began. */
  async madeBy(token: string, isBound: (browser: string) => boolean): Promise<Proven | undefined> {
    const found = await this.#ofLink(await this.#deps.links.findUsed(PURPOSE, token));
    return found !== undefined && isBound(found.browser) ? this.#made(found, 'here') : undefined;
  }

  /** The button of the link: for exactly one of many presses, but the browser that began may press it twice. Undefined where it no longer works. */
  async confirm(token: string, isBound: (browser: string) => boolean, visit: Visit): Promise<Confirmed | undefined> {
    const { links, registrations, clock, keyedHash } = this.#deps;
    const used = await links.use(PURPOSE, token);
    const registration = await this.#ofLink(used ?? (await links.findUsed(PURPOSE, token)));
    if (registration === undefined) return undefined;
    if (isBound(registration.browser)) {
      const made = await this.#made(registration, 'here');
      // Used a moment ago by the same browser, unless it shows a code elsewhere.
      const isUnderWay = used !== undefined || registration.proof === undefined;
      return made ?? (isUnderWay && this.#isOpen(registration) ? this.#make(registration, 'here', visit) : undefined);
    }
    if (used === undefined || !this.#isOpen(registration)) return undefined;
    const { shown, proof } = newProof(registration.id, clock.now(), keyedHash);
    const proven = await registrations.update(registration.id, (current) =>
      isSameAddress(current.email, registration.email) && this.#isOpen(current) ? { ...current, proof } : undefined,
    );
    return proven && { shown, registration: proven };
  }

  /** Whose password may be chosen by the secret, and what is shown with it; or what was made of it before. */
  async findBySecret(
    text: string,
  ): Promise<Proven | { readonly registration: Registration; readonly shown: ShownCode } | undefined> {
    const { id = '', secret = '' } = readSecret(text) ?? {};
    const found = await this.#deps.registrations.get(id);
    if (found === undefined || !isSecret(secret, found.proof ?? found.made)) return undefined;
    if (!this.#isOpen(found)) return this.#made(found, 'elsewhere');
    return { registration: found, shown: { secret: text, code: codeShownWith(secret, this.#deps.keyedHash) } };
  }

  /** Of the account that it became in the browser that began; undefined while it is none. */
  async outcomeOf(registration: Registration): Promise<'made' | 'awaiting' | 'gone' | undefined> {
    if (registration.made?.where !== 'here') return undefined;
    const account = await this.#deps.accounts.get(registration.made.accountId);
    if (account === undefined || account.isDisabled) return 'gone';
    return account.awaitsApproval ? 'awaiting' : 'made';
  }

  /**
   * A name and a new password in place of what was typed where it began: for whoever has the secret. Throws `too_many_attempts` and
   * `hashing_busy`.
   */
  async choosePassword(
    { proof: shown, ...begun }: Registration,
    { registrant, acceptedTerms }: Pick<NewRegistration, 'registrant' | 'acceptedTerms'>,
    visit: Visit,
  ): Promise<Proven | undefined> {
    const { registrations } = this.#deps;
    const { name, password } = registrant;
    const chosenNow = {
      ...(name !== undefined && { name }),
      passwordHash: await this.#hash(password, begun.email, visit),
      ...(acceptedTerms !== undefined && { acceptedTerms }),
    };
    // Of several at once the first counts, and all end alike.
    const chosen = await registrations.update(begun.id, (current) => {
      if (current.proof?.secretHash !== shown?.secretHash || !this.#isOpen(current)) return undefined;
      if (current.isChosen) return current;
      const { name: _name, acceptedTerms: _terms, ...kept } = current;
      return { ...kept, ...chosenNow, isChosen: true };
    });
    if (chosen !== undefined) return this.#make(chosen, 'elsewhere', visit);
    const current = await registrations.get(begun.id);
    const isOfSecret = current?.made?.secretHash === shown?.secretHash;
    return current && isOfSecret ? this.#made(current, 'elsewhere') : undefined;
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

  /** The address may have been corrected since, and then this link has not proven it. */
  async #ofLink(link: Pick<StoredLink, 'email' | 'details'> | undefined): Promise<Registration | undefined> {
    const { registration: id } = link?.details ?? {};
    const found = typeof id === 'string' ? await this.#deps.registrations.get(id) : undefined;
    return link && found && isSameAddress(found.email, link.email) ? found : undefined;
  }

  /** To whoever reads the mails of the address. Returns the account that has it, to whose owner another text went. */
  async #mail(
    registration: Registration,
    { address: from }: Visit,
    record: LinkMail['record'],
  ): Promise<Account | undefined> {
    const { id, email, language, clientId, expiresAt: notAfter } = registration;
    const owner = await this.#deps.accounts.findByIdentifier(email);
    const unknown = registration.passwordHash === undefined ? 'nothing' : 'link';
    await mailLink(
      {
        to: owner?.email ?? email,
        from,
        language,
        // Of the registration, not of the address: whoever else registers with it ends nothing.
        link: { purpose: PURPOSE, subject: id, email, clientId, details: { registration: id }, notAfter },
        mailed: owner === undefined ? unknown : 'already_registered',
        ...(record && { record }),
      },
      this.#deps,
    );
    return owner;
  }

  async #made(registration: Registration, where: 'here' | 'elsewhere'): Promise<Proven | undefined> {
    const { made } = registration;
    const account = made?.where === where ? await this.#deps.accounts.get(made.accountId) : undefined;
    return account && { account, registration, isSecond: true };
  }

  async #make(registration: Registration, where: 'here' | 'elsewhere', visit: Visit): Promise<Proven> {
    const result = await makeAccount(registration, where, this.#deps, visit);
    return result === undefined ? { taken: true, registration } : { ...result, registration };
  }
}
