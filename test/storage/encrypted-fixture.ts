/** Every encrypted store over one database, under a key ring that a test chooses. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';
import { createKeyRing } from '../../src/storage/encryption/key-ring.ts';
import { openIndexKey } from '../../src/storage/encryption/keyed-hash.ts';
import { createGrantReservations } from '../../src/storage/issued/grants.ts';
import { createCachedTokenResponses } from '../../src/storage/issued/refresh-token-families.ts';
import { createSessionStore } from '../../src/storage/issued/sessions.ts';
import { createIssuedStore } from '../../src/storage/issued/tokens.ts';
import { type CheckReport, checkDatabase } from '../../src/storage/maintenance/check.ts';
import { createAccountStore } from '../../src/storage/records/accounts.ts';
import { createClientStore } from '../../src/storage/records/clients.ts';
import { createConsentStore } from '../../src/storage/records/consents.ts';
import { createCounters } from '../../src/storage/records/counters.ts';
import { createKeyStore } from '../../src/storage/records/keys.ts';
import { createResourceStore } from '../../src/storage/records/resources.ts';
import { user } from '../support/people.ts';

export const newKey = (): Buffer => randomBytes(32);

export async function openEncryptedFixture(records: StorageDriver, clock: Clock, secrets: readonly Uint8Array[]) {
  const ring = createKeyRing(secrets);
  const keys = createKeyStore(records, ring);
  const keyedHash = await openIndexKey(keys);
  return {
    records,
    clock,
    ring,
    keys,
    keyedHash,
    accounts: createAccountStore(records, { ring, keyedHash, clock }),
    issued: createIssuedStore(records, ring, keyedHash),
    clients: createClientStore(records, ring),
    resources: createResourceStore(records, ring),
    consents: createConsentStore(records, ring),
    counters: createCounters(records, keyedHash, clock),
    grantClaims: createGrantReservations(records, ring, keyedHash),
    cachedResponses: createCachedTokenResponses(records, ring, keyedHash),
    sessions: createSessionStore(records, ring, keyedHash),
  };
}

export type EncryptedFixture = Awaited<ReturnType<typeof openEncryptedFixture>>;

export const HOUR_MS = 3_600_000;

/** Something in nearly every collection, as the provider leaves it. */
export async function fill(fixture: EncryptedFixture): Promise<void> {
  const { accounts, issued, clients, resources, consents, counters, grantClaims, sessions, clock } = fixture;
  const expiresAt = clock.now() + HOUR_MS;
  await accounts.create(user({ id: 'ada', email: 'ada@example.test', username: 'ada' }));
  await clients.create({ id: 'shop', metadata: { client_name: 'Shop' }, secretHashes: [] });
  await resources.create({
    identifier: 'https://api.example.test',
    scopes: {},
    format: 'jwt',
    ttlSeconds: 600,
    alg: 'ES256',
    introspectionClients: [],
  });
  await consents.add({
    accountId: 'ada',
    clientId: 'shop',
    oidcScopes: ['openid'],
    oidcClaims: [],
    resourceScopes: {},
  });
  await sessions.create({
    uid: 'session',
    state: { accountId: 'ada' },
    sessionIds: [{ hash: sessions.sessionIdHash('cookie') }],
    isDestroyed: false,
    expiresAt,
  });
  await issued.save('Grant', 'grant', { accountId: 'ada', clientId: 'shop' }, expiresAt);
  await grantClaims.claim('session', 'shop', 'grant', expiresAt);
  for (const model of ['AuthorizationCode', 'AccessToken', 'RefreshToken'] as const) {
    await issued.save(model, `of ${model}`, { grantId: 'grant' }, expiresAt);
  }
  await issued.consume('RefreshToken', 'of RefreshToken');
  await issued.save('DeviceCode', 'device', { grantId: 'grant', userCode: 'ABCD-EFGH' }, expiresAt);
  await issued.save('ClientCredentials', 'credentials', { clientId: 'shop' }, expiresAt);
  await issued.firstSeen('proof', expiresAt);
  await issued.revokeToken('token', expiresAt);
  await counters.add('failures', 600);
}

const ANSWER = {
  scope: undefined,
  resources: [],
  dpopThumbprint: undefined,
  respondedAt: 0,
  body: { access_token: 'answer' },
};

export function answerRefresh({ cachedResponses, clock }: EncryptedFixture, lifeMs: number): Promise<boolean> {
  return cachedResponses.store('of RefreshToken', 'grant', ANSWER, clock.now() + lifeMs);
}

/** Nothing expires in these tests, so that the database need not be opened for another clock. */
export function check({ records, ring, keyedHash, clock }: EncryptedFixture): Promise<CheckReport> {
  return checkDatabase({ records, everything: records, ring, keyedHash, clock });
}
