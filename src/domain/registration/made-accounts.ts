/** The account that a registration becomes: once, however often and in how many requests at once it is finished. */
import type { Clock } from '../../ports/clock.ts';
import type { Registration, RegistrationStore } from '../../storage/mail/registrations.ts';
import type { AcceptedTerms, Account, AccountStore } from '../../storage/records/accounts.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import { createAccount } from '../accounts/create.ts';
import type { PasswordHasher } from '../accounts/password-hashing.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent } from '../events/security-events.ts';
import { mailNotice, type Outbox } from '../mail/outbox.ts';

export interface MakingDeps {
  readonly accounts: AccountStore;
  readonly clients: Pick<ClientStore, 'get'>;
  readonly hasher: PasswordHasher;
  readonly registrations: RegistrationStore;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly config: { readonly brandName: string };
  /** `closed`: nobody makes an account for themselves. */
  readonly admission: 'open' | 'approval' | 'closed';
}

/** What a request brings along. */
export interface Visit {
  /** The IP address that it came from. */
  readonly address: string;
  readonly note: NoteEvent;
}

/** What is left when nothing can come of it any more: its pages look as before. */
function ended({ passwordHash: _hash, name: _name, acceptedTerms: _terms, proof: _proof, ...rest }: Registration) {
  return rest;
}

function wantedAccount(registration: Registration, awaitsApproval: boolean, where: 'here' | 'elsewhere') {
  const { email, name, passwordHash, language } = registration;
  const acceptedTerms: AcceptedTerms | undefined = registration.acceptedTerms;
  return {
    email,
    emailVerified: true,
    ...(name !== undefined && { name }),
    ...(passwordHash !== undefined && { passwordHash }),
    // Later mails are in it (domain/mail/language.ts), and apps read it with the scope `profile`.
    claims: { locale: language },
    ...(awaitsApproval && { awaitsApproval: true as const }),
    ...(!awaitsApproval && where === 'here' && { hasSignedIn: true as const }),
    ...(acceptedTerms !== undefined && { acceptedTerms }),
  };
}

/** `isSecond`: another request of the same registration made it. */
interface MadeAccount {
  readonly account: Account;
  readonly isSecond: boolean;
}

/** An address is reserved before its account is written: between the two its owner is not found. */
const PAUSES_MILLISECONDS = [20, 50, 100, 200, 400, 800] as const;

async function ownerOf(email: string, { accounts, clock }: MakingDeps): Promise<Account | undefined> {
  for (const pause of PAUSES_MILLISECONDS) {
    const owner = await accounts.findByIdentifier(email);
    if (owner !== undefined) return owner;
    await clock.sleep(pause);
  }
  return accounts.findByIdentifier(email);
}

async function create(
  registration: Registration,
  where: 'here' | 'elsewhere',
  deps: MakingDeps,
  visit: Visit,
): Promise<MadeAccount | undefined> {
  const { admission } = deps;
  const { email, passwordHash, language } = registration;
  if (passwordHash === undefined) return undefined;
  try {
    const account = await createAccount(wantedAccount(registration, admission === 'approval', where), deps);
    visit.note('account.created', 'registration', { accountId: account.id });
    if (account.awaitsApproval) await mailNotice({ text: 'awaiting_approval', to: account.email, language }, deps);
    return { account, isSecond: false };
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'email_taken')) throw error;
    const owner = await ownerOf(email, deps);
    // The salt of the hash is random: another request of this very registration has made it.
    return owner?.passwordHash === passwordHash ? { account: owner, isSecond: true } : undefined;
  }
}

/** `here`: in the browser that began. Undefined when somebody else has the address by now. */
export async function makeAccount(
  registration: Registration,
  where: 'here' | 'elsewhere',
  deps: MakingDeps,
  visit: Visit,
): Promise<MadeAccount | undefined> {
  const result = await create(registration, where, deps, visit);
  await deps.registrations.update(registration.id, (current) => {
    // The form may have been posted anew in the same sign-in: that one goes on.
    const isSame = current.email === registration.email && current.passwordHash === registration.passwordHash;
    if (!isSame) return undefined;
    if (result === undefined) return ended(current);
    const { secretHash } = current.proof ?? {};
    const isAskedAgain = where === 'elsewhere' && secretHash !== undefined;
    return { ...ended(current), made: { accountId: result.account.id, where, ...(isAskedAgain && { secretHash }) } };
  });
  if (result === undefined) visit.note('registration.failed', 'address_taken', { typedLogin: registration.email });
  return result;
}
