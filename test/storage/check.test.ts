/** What a check of the database finds, and what it knows to be no fault. */
import test from 'ava';
import { encryptionContext } from '../../src/storage/encryption/encrypted-collection.ts';
import { createKeyRing } from '../../src/storage/encryption/key-ring.ts';
import { RefreshTokenFamilies } from '../../src/storage/issued/refresh-token-families.ts';
import { checkDatabase } from '../../src/storage/maintenance/check.ts';
import { ManualClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';
import {
  cacheResponse,
  check,
  type EncryptedFixture,
  fill,
  HOUR_MS,
  newKey,
  openEncryptedFixture,
} from './encrypted-fixture.ts';

const encrypt = ({ ring }: EncryptedFixture, value: unknown, context: string): Uint8Array =>
  ring.encrypt(Buffer.from(JSON.stringify(value)), context);

async function first({ records }: EncryptedFixture, collection: Parameters<typeof records.list>[0]) {
  const [found] = await records.list(collection, { limit: 1 });
  if (found === undefined) throw new Error(`nothing in ${collection}`);
  return found;
}

/** What is done to a healthy database, and what is said of it then. */
const damages: Readonly<
  Record<string, readonly [damage: (fixture: EncryptedFixture) => Promise<unknown>, fault: RegExp]>
> = {
  'a value that was altered': [
    async (fixture) => {
      const account = await first(fixture, 'accounts');
      const payload = Buffer.from(account.payload);
      payload.writeUInt8(payload.readUInt8(40) ^ 1, 40);
      await fixture.records.put('accounts', { ...account, payload });
    },
    /^accounts: does not decrypt/,
  ],
  'a value that was never encrypted': [
    async (fixture) => fixture.records.put('clients', { id: 'plain', payload: Buffer.from('{"id":"plain"}') }),
    /^clients: does not decrypt/,
  ],
  'a value of another kind': [
    async (fixture) =>
      fixture.records.put('clients', {
        id: 'null',
        payload: encrypt(fixture, null, encryptionContext('clients', 'null')),
      }),
    /^clients: is no value of its collection/,
  ],
  'a scope under another name than its own': [
    async (fixture) => {
      const scope = { name: 'teams', claims: ['team'], description: 'See your team' };
      const payload = encrypt(fixture, scope, encryptionContext('scopes', 'others'));
      await fixture.records.put('scopes', { id: 'others', payload });
    },
    /^scopes: is the scope of another name/,
  ],
  'an account whose address is not reserved': [
    async (fixture) => fixture.records.removeBy('account_identifiers', 'accountId', 'ada'),
    /^accounts: has an e-mail address that is not reserved/,
  ],
  'a reservation that leads to another account': [
    async (fixture) => {
      const reservation = await first(fixture, 'account_identifiers');
      await fixture.records.put('account_identifiers', { ...reservation, indexes: { accountId: 'eve' } });
    },
    /^account_identifiers: is found by the wrong account/,
  ],
  'a session that a stranger’s cookie opens': [
    async (fixture) => {
      const session = await first(fixture, 'sessions');
      await fixture.records.put('sessions', { ...session, indexes: { ...session.indexes, sessionId: ['stranger'] } });
    },
    /^sessions: is found by other cookies/,
  ],
  'a token that names another grant than it was found by': [
    async (fixture) => {
      const token = await first(fixture, 'access_tokens');
      await fixture.records.put('access_tokens', { ...token, indexes: { grantId: 'another' } });
    },
    /^access_tokens: is found by what it does not say/,
  ],
  'a token that its grant does not find': [
    async (fixture) => {
      const { indexes: _hidden, ...token } = await first(fixture, 'access_tokens');
      await fixture.records.put('access_tokens', token);
    },
    /^access_tokens: .*hidden from what it says/,
  ],
  'a session that its account does not find': [
    async (fixture) => {
      const session = await first(fixture, 'sessions');
      const { accountId: _hidden, ...indexes } = session.indexes ?? {};
      await fixture.records.put('sessions', { ...session, indexes });
    },
    /^sessions: is found by other cookies, or another account/,
  ],
  'a refresh token whose mark of use was cleared': [
    async (fixture) => {
      await cacheResponse(fixture, HOUR_MS);
      const { consumedAt: _cleared, ...token } = await first(fixture, 'refresh_tokens');
      await fixture.records.remove('refresh_tokens', token.id);
      await fixture.records.put('refresh_tokens', token);
    },
    /^refresh_tokens: was used, and the mark of its use is gone/,
  ],
  'a response that its grant does not find': [
    async (fixture) => {
      await cacheResponse(fixture, HOUR_MS);
      const { indexes: _hidden, ...response } = await first(fixture, 'cached_token_responses');
      await fixture.records.put('cached_token_responses', response);
    },
    /^(cached_token_responses: is hidden from its grant|refresh_tokens: has a response that its grant)/,
  ],
  'a token that was made to live longer, or to go earlier': [
    async (fixture) => {
      const exp = Math.floor(fixture.clock.now() / 1000) + 60;
      await fixture.issued.save('AccessToken', 'longer', { grantId: 'grant', exp }, (exp + 15) * 1000);
      const token = (await fixture.records.list('access_tokens', { limit: 9 })).find(
        ({ expiresAt }) => expiresAt === (exp + 15) * 1000,
      );
      if (token === undefined) throw new Error('not kept');
      await fixture.records.put('access_tokens', { ...token, expiresAt: (exp + 90_000) * 1000 });
    },
    /^access_tokens: goes at another time than it says/,
  ],
  'two devices with one user code': [
    async ({ issued, clock }) =>
      issued.save('DeviceCode', 'another', { grantId: 'grant', userCode: 'ABCD-EFGH' }, clock.now() + HOUR_MS),
    /^device_codes: shares its user code/,
  ],
  'an event that another account would be shown': [
    async (fixture) => {
      const event = await first(fixture, 'events');
      await fixture.records.put('events', { ...event, indexes: { owner: 'another' } });
    },
    /^events: is found by another owner/,
  ],
  'a mail that is kept longer than it says': [
    async (fixture) => {
      const mail = await first(fixture, 'mails');
      await fixture.records.put('mails', { ...mail, expiresAt: fixture.clock.now() + 30 * 24 * HOUR_MS });
    },
    /^mails: goes at another time than it says/,
  ],
  'a mail under another id, without a time': [
    async (fixture) => {
      const mail = { id: 'its own', dueAt: 'soon', attempts: 0, usefulUntil: fixture.clock.now() };
      const payload = encrypt(fixture, mail, encryptionContext('mails', 'others'));
      await fixture.records.put('mails', { id: 'others', payload, expiresAt: fixture.clock.now() + HOUR_MS });
    },
    /^mails: is the mail of another id/,
  ],
  'a quota that counts no times': [
    async (fixture) => {
      const { id } = await first(fixture, 'mail_quotas');
      const payload = encrypt(fixture, { times: ['never'] }, encryptionContext('mail_quotas', id));
      await fixture.records.put('mail_quotas', { id, payload, expiresAt: fixture.clock.now() + HOUR_MS });
    },
    /^mail_quotas: is no list of times/,
  ],
  'a seen proof that holds something': [
    async (fixture) => fixture.records.put('replay_detections', { id: 'x', payload: Buffer.from('something') }),
    /^replay_detections: holds something/,
  ],
  'a response under a key that is gone': [
    async (fixture) => {
      const refreshTokens = new RefreshTokenFamilies({ ...fixture, ring: createKeyRing([newKey()]) });
      await cacheResponse({ ...fixture, refreshTokens }, HOUR_MS);
    },
    /^cached_token_responses: is encrypted under a key that SECRET_KEYS does not hold/,
  ],
  'an interrupted copy': [
    async (fixture) => fixture.records.insert('keys', { id: 'copy under way', payload: Buffer.of() }),
    /^keys: says that the database is a copy/,
  ],
};

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: a database that the stores have filled has no faults, and everything is counted`, async (t) => {
    const clock = new ManualClock();
    const fixture = await openEncryptedFixture(await driver.open(t, clock), clock, [newKey()]);
    await fill(fixture);
    await cacheResponse(fixture, HOUR_MS);
    const { faults, findings, collections } = await check(fixture);
    t.deepEqual([faults, findings], [0, []]);
    t.deepEqual(collections.refresh_tokens, { live: 1, consumed: 1, expired: 0, garbage: 0 });
    t.like(collections.account_identifiers, { live: 2 });
    t.like(collections.counters, { live: 2 });
    t.like(collections.events, { live: 1 });
  });

  for (const [title, [damage, expected]] of Object.entries(damages)) {
    test(`${driver.name}: found: ${title}`, async (t) => {
      const clock = new ManualClock();
      const fixture = await openEncryptedFixture(await driver.open(t, clock), clock, [newKey()]);
      await fill(fixture);
      await damage(fixture);
      const { faults, findings } = await check(fixture);
      t.true(faults > 0);
      t.true(
        findings.some(({ collection, fault }) => expected.test(`${collection}: ${fault}`)),
        JSON.stringify(findings),
      );
    });
  }

  test(`${driver.name}: what was issued under a grant that is gone, and a reservation without its account, are garbage and no fault`, async (t) => {
    const clock = new ManualClock();
    const fixture = await openEncryptedFixture(await driver.open(t, clock), clock, [newKey()]);
    await fill(fixture);
    // As a process leaves it that is killed after the first of its writes.
    const [grant] = await fixture.records.list('grants', { limit: 1 });
    await fixture.records.remove('grants', grant?.id ?? '');
    await fixture.records.remove('accounts', 'ada');
    const { faults, collections } = await check(fixture);
    t.is(faults, 0);
    t.like(collections.access_tokens, { live: 0, garbage: 1 });
    t.like(collections.grant_reservations, { garbage: 1 });
    t.like(collections.account_identifiers, { garbage: 2 });
  });

  test(`${driver.name}: what has expired is counted, even under a key that is gone`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const fixture = await openEncryptedFixture(records, clock, [newKey()]);
    await fill(fixture);
    // Listed by a clock for which nothing has expired, judged by one for which much has.
    const later = new ManualClock(clock.now() + 2 * HOUR_MS);
    const ring = createKeyRing([newKey()]);
    const report = await checkDatabase({ ...fixture, everything: records, clock: later, ring });
    t.deepEqual(report.collections.access_tokens, { live: 0, consumed: 0, expired: 1, garbage: 0 });
  });
});
