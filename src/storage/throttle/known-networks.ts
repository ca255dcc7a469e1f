/**
 * From which networks an account has signed in lately: a mark for each, renewed by the next sign-in from there.
 *
 * A mark names the end of sessions that it came after, so that one which a late sign-in leaves behind counts for nothing.
 */
import type { KeyedCollectionDeps } from '../encryption/keyed-hash.ts';
import type { Account } from '../records/accounts.ts';

const NOTHING = new Uint8Array(0);
/** Home, work, and where somebody is at the moment. */
const MOST_NETWORKS = 3;
const LISTED_AT_ONCE = 100;

type Owner = Pick<Account, 'id' | 'sessionsEndedAt'>;

export class KnownNetworks {
  readonly #deps: Pick<KeyedCollectionDeps, 'records' | 'keyedHash'>;

  constructor(deps: Pick<KeyedCollectionDeps, 'records' | 'keyedHash'>) {
    this.#deps = deps;
  }

  /** Until when it is known, in milliseconds since the epoch; undefined when it is not. */
  async knownUntil(account: Owner, network: string): Promise<number | undefined> {
    return (await this.#deps.records.get('known_networks', this.#idOf(account, network)))?.expiresAt;
  }

  /** The account's latest three stay: whoever writes looks afterwards, so that many at once leave no more. */
  async remember(account: Owner, network: string, expiresAt: number): Promise<void> {
    const { records } = this.#deps;
    const id = this.#idOf(account, network);
    await records.put('known_networks', { id, payload: NOTHING, indexes: { accountId: account.id }, expiresAt });
    const marks = await records.findBy('known_networks', 'accountId', account.id, { limit: LISTED_AT_ONCE });
    const latestFirst = marks.toSorted((a, b) => (b.expiresAt ?? 0) - (a.expiresAt ?? 0) || (a.id < b.id ? -1 : 1));
    for (const mark of latestFirst.slice(MOST_NETWORKS)) await records.remove('known_networks', mark.id);
  }

  /** Returns how many there were. */
  forgetAll(accountId: string): Promise<number> {
    return this.#deps.records.removeBy('known_networks', 'accountId', accountId);
  }

  #idOf({ id, sessionsEndedAt = 0 }: Owner, network: string): string {
    return this.#deps.keyedHash.hash('known network', `${id}\0${sessionsEndedAt}\0${network}`);
  }
}
