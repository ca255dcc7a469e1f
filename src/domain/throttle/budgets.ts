/** How much of what may be asked for in how long a time: every budget, and taking from it. */

import type { Allowance, BudgetLevels, Refused, Taken } from '../../storage/throttle/budget-levels.ts';
import { addressRanges } from './address-ranges.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/**
 * What can be used up of one account in a day, by strangers and neighbours together, stays below a hundred guesses: a
 * budget passes twice its limit in the worst of days, so `account` and three times `accountKept`, for at most three
 * networks are known, add up to less than fifty. Its devices have twice `allDevices` besides, however many there are; whoever has a
 * link that was mailed to it, twice `codesBehindLinks`.
 */
export const budgets = {
  device: { limit: 20, windowSeconds: DAY },
  allDevices: { limit: 40, windowSeconds: DAY },
  account: { limit: 25, windowSeconds: DAY },
  accountKept: { limit: 8, windowSeconds: DAY },
  address: { limit: 60, windowSeconds: 15 * MINUTE },
  network: { limit: 300, windowSeconds: 15 * MINUTE },
  networkOfCustomer: { limit: 120, windowSeconds: 15 * MINUTE },
  visits: { limit: 600, windowSeconds: 5 * MINUTE },
  visitsOfNetwork: { limit: 2400, windowSeconds: 5 * MINUTE },
  visitsOfDevice: { limit: 60, windowSeconds: 5 * MINUTE },
  visitsOfKnownDevices: { limit: 1200, windowSeconds: 5 * MINUTE },
  visitsOfAccount: { limit: 120, windowSeconds: 5 * MINUTE },
  pushedRequests: { limit: 600, windowSeconds: 5 * MINUTE },
  pushedRequestsOfNetwork: { limit: 2400, windowSeconds: 5 * MINUTE },
  pushedRequestsOfClient: { limit: 6000, windowSeconds: 5 * MINUTE },
  documentFetches: { limit: 30, windowSeconds: 5 * MINUTE },
  documentFetchesOfNetwork: { limit: 120, windowSeconds: 5 * MINUTE },
  documentAssertions: { limit: 600, windowSeconds: 5 * MINUTE },
  documentAssertionsOfNetwork: { limit: 2400, windowSeconds: 5 * MINUTE },
  linkRequests: { limit: 60, windowSeconds: 15 * MINUTE },
  linkRequestsOfNetwork: { limit: 300, windowSeconds: 15 * MINUTE },
  codesBehindLinks: { limit: 10, windowSeconds: DAY },
  passkeyFailures: { limit: 60, windowSeconds: 15 * MINUTE },
  passkeyFailuresOfNetwork: { limit: 300, windowSeconds: 15 * MINUTE },
  passkeyFailuresOfDevice: { limit: 60, windowSeconds: 15 * MINUTE },
  clientRegistrations: { limit: 20, windowSeconds: DAY },
  clientRegistrationsOfNetwork: { limit: 100, windowSeconds: DAY },
  refusedRegistrations: { limit: 60, windowSeconds: 15 * MINUTE },
  refusedRegistrationsOfNetwork: { limit: 300, windowSeconds: 15 * MINUTE },
  clientFailures: { limit: 30, windowSeconds: 15 * MINUTE },
} as const satisfies Readonly<Record<string, Allowance>>;

export type BudgetName = keyof typeof budgets;

/** Which budget is charged, and whose. */
export type Charge = readonly [budget: BudgetName, subject: string];

/** Of whoever is not known, by their IP address. It comes first: where it has used up its share, nothing is taken from its network. */
export function chargesOfStranger(ip: string, [share, whole]: readonly [BudgetName, BudgetName]): readonly Charge[] {
  const { address, network, site = network } = addressRanges(ip);
  // Whoever cannot be told from the others of the network has no share.
  return [...(address === network ? [] : [[share, address] as const]), [whole, site]];
}

export class Budgets {
  readonly #levels: BudgetLevels;
  readonly #factor: number;

  /** `factor` multiplies every limit. */
  constructor(levels: BudgetLevels, factor = 1) {
    this.#levels = levels;
    this.#factor = factor;
  }

  take(budget: BudgetName, subject: string, cost = 1): Promise<Taken | Refused> {
    return this.#levels.take(`${budget} ${subject}`, this.#allowanceOf(budget), cost);
  }

  giveBack(taken: Taken): Promise<void> {
    return this.#levels.giveBack(taken);
  }

  /** From each of them, in this order, or from none. */
  async takeAll(charges: readonly Charge[]): Promise<readonly Taken[] | Refused> {
    // First what seems to be used up: a crowd that is refused there writes nothing to the others.
    const usedUp = charges.filter((charge) => this.seemsLeft(...charge) < 1);
    const all: Taken[] = [];
    for (const [budget, subject] of [...usedUp, ...charges.filter((charge) => !usedUp.includes(charge))]) {
      const taken = await this.take(budget, subject);
      if (!taken.isAllowed) {
        for (const each of all) await this.giveBack(each);
        return taken;
      }
      all.push(taken);
    }
    return all;
  }

  /** By what this process knows, and without a call on storage. */
  seemsLeft(budget: BudgetName, subject: string): number {
    return this.#levels.seemsLeft(`${budget} ${subject}`, this.#allowanceOf(budget));
  }

  /** In how long a budget that is used up lets one through. */
  refillSeconds(budget: BudgetName): number {
    const { limit, windowSeconds } = this.#allowanceOf(budget);
    return Math.ceil(windowSeconds / limit);
  }

  #allowanceOf(budget: BudgetName): Allowance {
    const { limit, windowSeconds } = budgets[budget];
    return { limit: Math.max(1, Math.floor(limit * this.#factor)), windowSeconds };
  }
}
