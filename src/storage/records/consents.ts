/** Where remembered consent is kept: what an account allowed a client, beyond the life of one session. */
import { type Records, StorageUnavailable } from '../driver.ts';
import { bearerHash, compareAndSet, encryptedCollection, type Write } from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';

export interface Consent {
  readonly accountId: string;
  readonly clientId: string;
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  /** Resource indicator to scopes. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
}

export interface ConsentStore {
  get(accountId: string, clientId: string): Promise<Consent | undefined>;
  /** Adds to what was allowed before. */
  add(consent: Consent): Promise<void>;
  remove(accountId: string, clientId: string): Promise<boolean>;
  removeForClient(clientId: string): Promise<number>;
  removeForAccount(accountId: string): Promise<number>;
}

const MAX_ROUNDS = 10;

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
    oidcScopes: union(before.oidcScopes, added.oidcScopes),
    oidcClaims: union(before.oidcClaims, added.oidcClaims),
    resourceScopes,
  };
}

/** Unguessable enough without a key: an account id is random. */
export function consentId({ accountId, clientId }: Pick<Consent, 'accountId' | 'clientId'>): string {
  return bearerHash('consents', `${accountId}\0${clientId}`);
}

export function createConsentStore(records: Records, ring: KeyRing): ConsentStore {
  const consents = encryptedCollection<Consent, 'consents'>(records, ring, 'consents');
  const write = (consent: Consent): Write<Consent> => ({
    id: consentId(consent),
    value: consent,
    indexes: { accountId: consent.accountId, clientId: consent.clientId },
  });

  return {
    get: async (accountId, clientId) => (await consents.get(consentId({ accountId, clientId })))?.value,
    async add(consent) {
      const id = consentId(consent);
      // Each round loses only to somebody who inserted or removed the very same consent in between.
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        if (await consents.insert(write(consent))) return;
        if (await compareAndSet(consents, id, ({ value }) => write(merged(value, consent)))) return;
      }
      throw new StorageUnavailable(new Error('the consent came and went'));
    },
    remove: (accountId, clientId) => consents.remove(consentId({ accountId, clientId })),
    removeForClient: (clientId) => consents.removeBy('clientId', clientId),
    removeForAccount: (accountId) => consents.removeBy('accountId', accountId),
  };
}
