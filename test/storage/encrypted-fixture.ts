/** Every encrypted store over one database, under a key ring that a test chooses. */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';
import { createKeyRing } from '../../src/storage/encryption/key-ring.ts';
import { openKeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import { sessionIdHash } from '../../src/storage/issued/sessions.ts';
import { type CheckReport, checkDatabase } from '../../src/storage/maintenance/check.ts';
import { KeyStore } from '../../src/storage/records/keys.ts';
import { user } from '../support/accounts.ts';
import { remember } from '../support/consents.ts';
import { storesWith } from '../support/stores.ts';

export const newKey = (): Buffer => randomBytes(32);

export async function openEncryptedFixture(records: StorageDriver, clock: Clock, secrets: readonly Uint8Array[]) {
  const ring = createKeyRing(secrets);
  const keys = new KeyStore({ records, ring, clock });
  const deps = { records, ring, clock, keyedHash: await openKeyedHash(keys) };
  return { ...storesWith(deps), keys };
}

export type EncryptedFixture = Awaited<ReturnType<typeof openEncryptedFixture>>;

const aMail = { text: 'reset_password', language: 'en', link: 'https://id.example/reset/x' } as const;

export const HOUR_MS = 3_600_000;

/** Something in nearly every collection, as the provider leaves it. */
export async function fill(fixture: EncryptedFixture): Promise<void> {
  const { accounts, issued, clients, resources, consents, grants, refreshTokens, sessions, clock } = fixture;
  const { counters, budgetLevels, knownNetworks, hashCosts, scopes, events, links, outbox, mails, mailTimes } = fixture;
  const expiresAt = clock.now() + HOUR_MS;
  await mails.add({ id: 'a mail', order: { to: 'ada@example.test' }, dueAt: 0, attempts: 0, usefulUntil: expiresAt });
  await mailTimes.rewrite(await mailTimes.of('address ada@example.test'), [{ at: clock.now() }], expiresAt);
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
  await remember(consents, { accountId: 'ada', clientId: 'shop' }, { oidcScopes: ['openid'] });
  await sessions.create({
    uid: 'session',
    state: { accountId: 'ada' },
    sessionIds: [{ hash: sessionIdHash('cookie') }],
    isDestroyed: false,
    expiresAt,
  });
  await issued.save('Grant', 'grant', { accountId: 'ada', clientId: 'shop' }, expiresAt);
  await grants.reserve('session', 'shop', 'grant', expiresAt);
  for (const model of ['AuthorizationCode', 'AccessToken'] as const) {
    await issued.save(model, `of ${model}`, { grantId: 'grant' }, expiresAt);
  }
  await refreshTokens.save('of RefreshToken', { grantId: 'grant' }, expiresAt);
  await refreshTokens.consume('of RefreshToken');
  await issued.save('DeviceCode', 'device', { grantId: 'grant', userCode: 'ABCD-EFGH' }, expiresAt);
  await issued.save('ClientCredentials', 'credentials', { clientId: 'shop' }, expiresAt);
  await issued.firstSeen('proof', expiresAt);
  await issued.revokeToken('token', expiresAt);
  await counters.add('failures', 600);
  const record = { at: clock.now(), event: 'consent.given', outcome: 'success', reason: 'user' } as const;
  await events.record([{ owners: [{ kind: 'account', id: 'ada' }], record }]);
  await budgetLevels.take('guesses', { limit: 5, windowSeconds: 600 });
  await knownNetworks.remember({ id: 'ada' }, '192.0.2.0/24', expiresAt);
  await hashCosts.raiseTo(12);
  for (const purpose of ['reset_password', 'change_email'] as const)
    await links.create({ purpose, subject: 'ada', accountId: 'ada', email: 'ada@example.test', expiresAt });
  await outbox.enqueue('ada@example.test', { ...aMail, usefulUntil: expiresAt }, 'act');
  await scopes.create({ name: 'teams', claims: ['team'], description: 'See your team' });
}

const RESPONSE = {
  scope: undefined,
  resources: [],
  dpopThumbprint: undefined,
  respondedAt: 0,
  body: { access_token: 'response' },
};

export function cacheResponse({ refreshTokens, clock }: EncryptedFixture, lifeMs: number): Promise<boolean> {
  return refreshTokens.storeResponse('of RefreshToken', 'grant', RESPONSE, clock.now() + lifeMs);
}

/** Nothing expires in these tests, so that the database need not be opened for another clock. */
export function check({ records, ring, keyedHash, clock }: EncryptedFixture): Promise<CheckReport> {
  return checkDatabase({ records, everything: records, ring, keyedHash, clock });
}
