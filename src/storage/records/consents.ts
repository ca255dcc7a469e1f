/** Remembered consent: what an account allowed a client, beyond the life of one session. */
import { type CollectionDeps, EncryptedCollection, storedId } from '../encryption/encrypted-collection.ts';
import { retryOnConflict } from '../retry.ts';

export interface Consent {
  readonly accountId: string;
  readonly clientId: string;
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  /** Resource indicator to scopes. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
  /** When anything was allowed first, in milliseconds since the epoch. */
  readonly since: number;
}

const union = (before: readonly string[] | undefined, added: readonly string[]): readonly string[] => [
  ...new Set([...(before ?? []), ...added]),
];

function merged(before: Consent, added: Consent): Consent {
  const resourceScopes: Record<string, readonly string[]> = { ...before.resourceScopes };
  for (const [identifier, scopes] of Object.entries(added.resourceScopes)) {
    resourceScopes[identifier] = union(resourceScopes[identifier], scopes);
  }
  return {
    ...added,
    since: before.since,
    oidcScopes: union(before.oidcScopes, added.oidcScopes),
    oidcClaims: union(before.oidcClaims, added.oidcClaims),
    resourceScopes,
  };
}

/** An account id is random, so the hash needs no key. */
export function consentId({ accountId, clientId }: Pick<Consent, 'accountId' | 'clientId'>): string {
  return storedId('consents', `${accountId}\0${clientId}`);
}

export class ConsentStore {
  readonly #deps: CollectionDeps;
  readonly #consents: EncryptedCollection<Consent, 'consents'>;

  constructor(deps: CollectionDeps) {
    this.#deps = deps;
    this.#consents = new EncryptedCollection(deps, 'consents');
  }

  async get(accountId: string, clientId: string): Promise<Consent | undefined> {
    return (await this.#consents.get(consentId({ accountId, clientId })))?.value;
  }

  /** Adds to what was allowed before. */
  async add(allowed: Omit<Consent, 'since'>): Promise<void> {
    const consent: Consent = { ...allowed, since: this.#deps.clock.now() };
    const { accountId, clientId } = consent;
    const write = (value: Consent) => ({ id: consentId(consent), value, indexes: { accountId, clientId } });
    await retryOnConflict(async () => {
      if (await this.#consents.insert(write(consent))) return true;
      const before = await this.#consents.get(consentId(consent));
      // Undefined also when it was removed in between: then it can be inserted.
      if (before === undefined) return undefined;
      return (await this.#consents.replace(write(merged(before.value, consent)), before.version)) || undefined;
    }, this.#deps);
  }

  /** At most `limit` of an account's, in no order that says anything. */
  async ofAccount(accountId: string, limit: number): Promise<readonly Consent[]> {
    return (await this.#consents.findBy('accountId', accountId, { limit })).map(({ value }) => value);
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
