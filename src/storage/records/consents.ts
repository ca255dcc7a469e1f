/** Remembered consent: what an account allowed a client and what it refused, beyond the life of one session. */
import { type CollectionDeps, EncryptedCollection, storedId } from '../encryption/encrypted-collection.ts';
import { retryOnConflict } from '../retry.ts';

/** What an app asks for, and a user allows or refuses. */
export interface Access {
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  /** Resource indicator to scopes. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
}

export interface ConsentOwner {
  readonly accountId: string;
  readonly clientId: string;
}

/** Its own access is what was allowed. */
export interface Consent extends ConsentOwner, Access {
  readonly refused: Access;
  /**
   * When the client was first allowed anything, in milliseconds since the epoch; while nothing is, when it was last refused; 0 of
   * what was stored before this was kept.
   */
  readonly since: number;
}

type Stored = Omit<Consent, 'refused' | 'since'> & Partial<Pick<Consent, 'refused' | 'since'>>;

const nothing: Access = { oidcScopes: [], oidcClaims: [], resourceScopes: {} };

/** Before there were refusals, everything was allowed. */
const complete = (stored: Stored): Consent => ({ refused: nothing, since: 0, ...stored });

/** An account id is random, so the hash needs no key. */
export function consentId({ accountId, clientId }: ConsentOwner): string {
  return storedId('consents', `${accountId}\0${clientId}`);
}

export class ConsentStore {
  readonly #deps: CollectionDeps;
  readonly #consents: EncryptedCollection<Stored, 'consents'>;

  constructor(deps: CollectionDeps) {
    this.#deps = deps;
    this.#consents = new EncryptedCollection(deps, 'consents');
  }

  async get(accountId: string, clientId: string): Promise<Consent | undefined> {
    const found = await this.#consents.get(consentId({ accountId, clientId }));
    return found && complete(found.value);
  }

  /** `answer` may be asked several times: of two that change it at once the second one sees what the first one made of it. */
  async change(
    { accountId, clientId }: ConsentOwner,
    answer: (before: Consent | undefined) => Omit<Consent, keyof ConsentOwner>,
  ): Promise<void> {
    const id = consentId({ accountId, clientId });
    const write = (before: Consent | undefined) => ({
      id,
      value: { ...answer(before), accountId, clientId },
      indexes: { accountId, clientId },
    });
    const first = write(undefined);
    await retryOnConflict(async () => {
      if (await this.#consents.insert(first)) return true;
      const before = await this.#consents.get(id);
      // Undefined also when it was removed in between: then it can be inserted.
      if (before === undefined) return undefined;
      return (await this.#consents.replace(write(complete(before.value)), before.version)) || undefined;
    }, this.#deps);
  }

  /** At most `limit` of an account's, in no order that says anything. */
  async ofAccount(accountId: string, limit: number): Promise<readonly Consent[]> {
    return (await this.#consents.findBy('accountId', accountId, { limit })).map(({ value }) => complete(value));
  }

  /** False when nothing was remembered. */
  remove(accountId: string, clientId: string): Promise<boolean> {
    return this.#consents.remove(consentId({ accountId, clientId }));
  }

  removeForAccount(accountId: string): Promise<number> {
    return this.#consents.removeBy('accountId', accountId);
  }

  removeForClient(clientId: string): Promise<number> {
    return this.#consents.removeBy('clientId', clientId);
  }
}
