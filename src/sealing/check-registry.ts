/** Checks what is kept by its own name: clients, resources, consents, keys, and records that are nothing but their id. */

import type { RegisteredClient } from '../ports/clients.ts';
import type { Collection } from '../ports/collections.ts';
import type { Consent } from '../ports/consents.ts';
import { haveSameLookups } from '../ports/record-lookups.ts';
import type { Resource } from '../ports/resources.ts';
import { faultsIn, type Inspection, openValue } from './check-record.ts';
import { consentId } from './consents.ts';

export const inspectClient: Inspection = async (record, { ring }) => {
  const { id } = openValue<RegisteredClient>('clients', record, ring);
  return { faults: faultsIn({ 'is the client of another id': id !== record.id }) };
};

export const inspectResource: Inspection = async (record, { ring }) => {
  const { identifier } = openValue<Resource>('resources', record, ring);
  return { faults: faultsIn({ 'is the resource of another identifier': identifier !== record.id }) };
};

export const inspectConsent: Inspection = async (record, { ring }) => {
  const { accountId, clientId } = openValue<Consent>('consents', record, ring);
  return {
    faults: faultsIn({
      'is the consent of another account or client': consentId({ accountId, clientId }) !== record.id,
      'is found by another account or client': !haveSameLookups(record.lookups, { accountId, clientId }),
    }),
  };
};

export const inspectKey: Inspection = async (record, { ring }) => {
  if (record.payload.byteLength === 0) return { faults: ['says that the database is a copy which was interrupted'] };
  const { key } = openValue<{ key: unknown }>('keys', record, ring);
  return { faults: faultsIn({ 'holds no key': typeof key !== 'string' }) };
};

export const inspectMere =
  (collection: Collection): Inspection =>
  async ({ payload }) => ({
    faults: faultsIn({ [`holds something, which nothing in ${collection} does`]: payload.byteLength > 0 }),
  });
