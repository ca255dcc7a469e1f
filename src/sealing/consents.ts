/** Keeps remembered consent sealed, one record for each account and client. */
import type { Consent, ConsentStore } from '../ports/consents.ts';
import type { Records } from '../ports/records.ts';
import { StorageUnavailable } from '../ports/storage-unavailable.ts';
import { compareAndSet } from './compare-and-set.ts';
import type { KeyRing } from './key-ring.ts';
import { bearerHash, sealedCollection, type Write } from './sealed-collection.ts';

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
  const consents = sealedCollection<Consent, 'consents'>(records, ring, 'consents');
  const write = (consent: Consent): Write<Consent> => ({
    id: consentId(consent),
    value: consent,
    lookups: { accountId: consent.accountId, clientId: consent.clientId },
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
