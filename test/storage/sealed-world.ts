/** Every sealed store over one database, under a key ring that a test chooses. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageEngine } from '../../src/ports/upkeep.ts';
import { createAccountStore } from '../../src/sealing/accounts.ts';
import { createArtifactStore } from '../../src/sealing/artifacts.ts';
import { type CheckReport, checkDatabase } from '../../src/sealing/check.ts';
import { createClientStore } from '../../src/sealing/clients.ts';
import { createConsentStore } from '../../src/sealing/consents.ts';
import { createCounters } from '../../src/sealing/counters.ts';
import { createGrantClaims } from '../../src/sealing/grant-claims.ts';
import { openIndexKey } from '../../src/sealing/index-key.ts';
import { createKeyRing } from '../../src/sealing/key-ring.ts';
import { createKeyStore } from '../../src/sealing/keys.ts';
import { createRefreshAnswers } from '../../src/sealing/refresh-answers.ts';
import { createResourceStore } from '../../src/sealing/resources.ts';
import { createSessionStore } from '../../src/sealing/sessions.ts';
import { person } from '../support/people.ts';

export const newKey = (): Buffer => randomBytes(32);

export async function openSealedWorld(records: StorageEngine, clock: Clock, secrets: readonly Uint8Array[]) {
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
    artifacts: createArtifactStore(records, ring, keyedHash),
    clients: createClientStore(records, ring),
    resources: createResourceStore(records, ring),
    consents: createConsentStore(records, ring),
    counters: createCounters(records, keyedHash, clock),
    grantClaims: createGrantClaims(records, ring, keyedHash),
    refreshAnswers: createRefreshAnswers(records, ring, keyedHash),
    sessions: createSessionStore(records, ring, keyedHash),
  };
}

export type SealedWorld = Awaited<ReturnType<typeof openSealedWorld>>;

export const HOUR_MS = 3_600_000;

/** Something in nearly every collection, as the provider leaves it. */
export async function fill(world: SealedWorld): Promise<void> {
  const { accounts, artifacts, clients, resources, consents, counters, grantClaims, sessions, clock } = world;
  const expiresAt = clock.now() + HOUR_MS;
  await accounts.create(person({ id: 'ada', email: 'ada@example.test', username: 'ada' }));
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
    aliases: [{ hash: sessions.aliasOf('cookie') }],
    isDestroyed: false,
    expiresAt,
  });
  await artifacts.save('Grant', 'grant', { accountId: 'ada', clientId: 'shop' }, expiresAt);
  await grantClaims.claim('session', 'shop', 'grant', expiresAt);
  for (const model of ['AuthorizationCode', 'AccessToken', 'RefreshToken'] as const) {
    await artifacts.save(model, `of ${model}`, { grantId: 'grant' }, expiresAt);
  }
  await artifacts.consume('RefreshToken', 'of RefreshToken');
  await artifacts.save('DeviceCode', 'device', { grantId: 'grant', userCode: 'ABCD-EFGH' }, expiresAt);
  await artifacts.save('ClientCredentials', 'credentials', { clientId: 'shop' }, expiresAt);
  await artifacts.firstSeen('proof', expiresAt);
  await artifacts.revokeToken('token', expiresAt);
  await counters.add('failures', 600);
}

const ANSWER = {
  scope: undefined,
  resources: [],
  dpopThumbprint: undefined,
  answeredAt: 0,
  body: { access_token: 'answer' },
};

export function answerRefresh({ refreshAnswers, clock }: SealedWorld, lifeMs: number): Promise<boolean> {
  return refreshAnswers.store('of RefreshToken', 'grant', ANSWER, clock.now() + lifeMs);
}

/** Nothing expires in these tests, so that the database need not be opened for another clock. */
export function check({ records, ring, keyedHash, clock }: SealedWorld): Promise<CheckReport> {
  return checkDatabase({ records, everything: records, ring, keyedHash, clock });
}
