/**
 * Slows guessing down without letting strangers lock anybody out. A wrong password is paid for by the first of these
 * that has something left:
 *
 * 1. on a device that the account signed in on before: a budget of that device and account, and one of all its devices;
 * 2. in one of the last three networks that it signed in from, in 90 days: what is kept for the account in that network;
 * 3. anywhere: the network, the address, and the open part of the account's budget, all of them.
 *
 * Reserved before the password is checked, so that neither a crash nor many requests at once give a free guess, and
 * given back when it was right or was not checked. E-mail address and username are one account; what no account has
 * is counted as typed, by the same storage calls.
 */
import type { Clock } from '../../ports/clock.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import type { Refused, Taken } from '../../storage/throttle/budget-levels.ts';
import type { KnownNetworks } from '../../storage/throttle/known-networks.ts';
import { DomainError } from '../domain-error.ts';
import type { HashingCaller } from '../passwords/hashing-queue.ts';
import { type AddressRanges, addressRanges } from './address-ranges.ts';
import type { Budgets, Charge } from './budgets.ts';
import type { Device, KnownDevices, SignedInAccount } from './known-devices.ts';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const NETWORK_KNOWN_MILLISECONDS = 90 * DAY_MILLISECONDS;
/** A mark that was renewed within a day is not written again. */
const NETWORK_RENEWED_MILLISECONDS = NETWORK_KNOWN_MILLISECONDS - DAY_MILLISECONDS;

export interface SignInAttempt {
  /** E-mail address or username, as typed. */
  readonly login: string;
  /** The account that has it; undefined when none has. */
  readonly account: SignedInAccount | undefined;
  /** The IP address that the request came from. */
  readonly address: string;
  readonly device: Device | undefined;
}

/** What was reserved for one attempt. */
export interface Reservation {
  /** The account signed in on this device or from this network before, and their budget had something left. */
  readonly isKnown: boolean;
  readonly taken: readonly Taken[];
  /** Whose guesses are counted together: one account, or one name that no account has. */
  readonly subject: string;
  readonly ranges: AddressRanges;
  /** Until when the account is known there, in milliseconds since the epoch. */
  readonly networkKnownUntil: number | undefined;
}

export interface SignInBudgetsDeps {
  readonly budgets: Budgets;
  readonly devices: KnownDevices;
  readonly networks: KnownNetworks;
  readonly clock: Clock;
}

const callerOf = (
  { site, network, address }: AddressRanges,
  whose: Pick<HashingCaller, 'account' | 'isKnown'>,
): HashingCaller => ({ network: site ?? network, address, ...whose });

/** Whoever has a link or has signed in pays for no hash: they take turns with others of their network and account. */
export function hashingCaller(ipAddress: string, whose: Pick<HashingCaller, 'account' | 'isKnown'>): HashingCaller {
  return callerOf(addressRanges(ipAddress), whose);
}

/** Who signs in. */
export const signingIn = ({ ranges, subject, isKnown }: Reservation): HashingCaller =>
  callerOf(ranges, { account: subject, isKnown });

export class SignInBudgets {
  readonly #deps: SignInBudgetsDeps;

  constructor(deps: SignInBudgetsDeps) {
    this.#deps = deps;
  }

  /** Throws `too_many_attempts` where nothing is left. */
  async reserve(attempt: SignInAttempt): Promise<Reservation> {
    const { budgets, networks } = this.#deps;
    const subject = subjectOf(attempt);
    const ranges = addressRanges(attempt.address);
    // Asked for unknown accounts too: the calls on storage must not tell them apart.
    const networkKnownUntil = await networks.knownUntil(attempt.account ?? { id: subject }, ranges.network);
    const where = { subject, ranges, networkKnownUntil };

    const refusals: Refused[] = [];
    for (const charges of this.#knownCharges(attempt, where)) {
      const taken = await budgets.takeAll(charges);
      if (!('retryAfterSeconds' in taken)) return { isKnown: true, taken, ...where };
      refusals.push(taken);
    }
    const taken = await budgets.takeAll(openCharges(subject, ranges));
    if (!('retryAfterSeconds' in taken)) return { isKnown: false, taken, ...where };
    const waits = [...refusals, taken].map(({ retryAfterSeconds }) => retryAfterSeconds);
    throw new DomainError('too_many_attempts', { retryAfterSeconds: Math.min(...waits) });
  }

  /**
   * For a code that is typed behind a mailed link. It has a budget of its own: what strangers use up, who have no link, does not keep
   * the owner from it. Throws `too_many_attempts` where nothing is left.
   */
  async reserveBehindLink(attempt: SignInAttempt): Promise<Reservation> {
    const subject = subjectOf(attempt);
    const taken = await this.#take([['codesBehindLinks', subject]]);
    return { isKnown: false, taken, subject, ranges: addressRanges(attempt.address), networkKnownUntil: undefined };
  }

  /**
   * For a password that whoever registers has hashed: the network and the address pay as for a wrong one, and get nothing back. No
   * account pays, so that nobody shuts its owner out by its address. Throws `too_many_attempts` where nothing is left.
   */
  async payForHash(address: string, subject: string): Promise<HashingCaller> {
    const ranges = addressRanges(address);
    await this.#take(networkCharges(ranges));
    return callerOf(ranges, { account: subject, isKnown: false });
  }

  /** For a form that mails a link without a password to hash. Throws `too_many_attempts` where nothing is left. */
  async payForLink(address: string): Promise<void> {
    const { site, network, ...ranges } = addressRanges(address);
    const ofNetwork = ['linkRequestsOfNetwork', site ?? network] as const;
    await this.#take([ofNetwork, ['linkRequests', ranges.address]]);
  }

  async #take(charges: readonly Charge[]): Promise<readonly Taken[]> {
    const taken = await this.#deps.budgets.takeAll(charges);
    if (!('retryAfterSeconds' in taken)) return taken;
    throw new DomainError('too_many_attempts', { retryAfterSeconds: taken.retryAfterSeconds });
  }

  async giveBack({ taken }: Reservation): Promise<void> {
    for (const each of taken) await this.#deps.budgets.giveBack(each);
  }

  /** For a sign-in without anything that can be guessed: nothing is counted, and its network becomes known all the same. */
  async reserveNothing({
    account,
    address,
  }: Pick<SignInAttempt, 'address'> & { readonly account: SignedInAccount }): Promise<Reservation> {
    const ranges = addressRanges(address);
    const networkKnownUntil = await this.#deps.networks.knownUntil(account, ranges.network);
    return { isKnown: false, taken: [], subject: `account ${account.id}`, ranges, networkKnownUntil };
  }

  /** Of a complete sign-in, with what its right guess had reserved: the network is known from now on. */
  async rememberNetwork(reservation: Reservation, account: SignedInAccount): Promise<void> {
    const { networks, clock } = this.#deps;
    const { ranges, networkKnownUntil = 0 } = reservation;
    const now = clock.now();
    if (networkKnownUntil > now + NETWORK_RENEWED_MILLISECONDS) return;
    await networks.remember(account, ranges.network, now + NETWORK_KNOWN_MILLISECONDS);
  }

  /** What strangers cannot use up, and a neighbour in one network not for another. */
  #knownCharges(
    { account, device }: SignInAttempt,
    { subject, ranges: { network }, networkKnownUntil }: Omit<Reservation, 'isKnown' | 'taken'>,
  ): readonly (readonly Charge[])[] {
    const ways: (readonly Charge[])[] = [];
    if (device !== undefined && account !== undefined && this.#deps.devices.hasSignedIn(device, account)) {
      ways.push([
        ['device', `${device.id} ${subject}`],
        ['allDevices', subject],
      ]);
    }
    if (networkKnownUntil !== undefined) ways.push([['accountKept', `${network} ${subject}`]]);
    return ways;
  }
}

function subjectOf({ account, login }: SignInAttempt): string {
  return account === undefined ? `name ${canonicalIdentifier(login)}` : `account ${account.id}`;
}

/** The widest first: what is refused there begins no counter for a name that somebody made up. */
function openCharges(subject: string, ranges: AddressRanges): readonly Charge[] {
  return [...networkCharges(ranges), ['account', subject]];
}

function networkCharges({ address, network, site }: AddressRanges): readonly Charge[] {
  const networks: readonly Charge[] =
    site === undefined
      ? [['network', network]]
      : [
          ['network', site],
          ['networkOfCustomer', network],
        ];
  return [...networks, ...(address === network ? [] : [['address', address] as const])];
}
