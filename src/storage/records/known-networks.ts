/** From which networks an account has signed in lately: a mark for each, renewed by the next sign-in from there. */
import type { KeyedCollectionDeps } from '../encryption/keyed-hash.ts';

const NOTHING = new Uint8Array(0);

export class KnownNetworks {
  readonly #deps: Pick<KeyedCollectionDeps, 'records' | 'keyedHash'>;

  constructor(deps: Pick<KeyedCollectionDeps, 'records' | 'keyedHash'>) {
    this.#deps = deps;
  }

  /** Until when it is known, in milliseconds since the epoch; undefined when it is not. */
  async knownUntil(accountId: string, network: string): Promise<number | undefined> {
    return (await this.#deps.records.get('known_networks', this.#idOf(accountId, network)))?.expiresAt;
  }

  async remember(accountId: string, network: string, expiresAt: number): Promise<void> {
    const id = this.#idOf(accountId, network);
    await this.#deps.records.put('known_networks', { id, payload: NOTHING, indexes: { accountId }, expiresAt });
  }

  /** Returns how many there were. */
  forgetAll(accountId: string): Promise<number> {
    return this.#deps.records.removeBy('known_networks', 'accountId', accountId);
  }

  #idOf(accountId: string, network: string): string {
    return this.#deps.keyedHash.hash('known network', `${accountId}\0${network}`);
  }
}
