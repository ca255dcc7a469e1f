/** Encrypting everything again under a new key, beside others that write. */
import test from 'ava';
import { createKeyRing } from '../../src/storage/encryption/key-ring.ts';
import { reEncrypt } from '../../src/storage/maintenance/re-encrypt.ts';
import { user } from '../support/accounts.ts';
import { ManualClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { cacheResponse, check, fill, HOUR_MS, newKey, openEncryptedFixture } from './encrypted-fixture.ts';

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: after re-encryption the new key alone opens everything, and nothing else has changed`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const [oldKey, newest] = [newKey(), newKey()];
    await fill(await openEncryptedFixture(records, clock, [oldKey]));
    const before = await records.get('sessions', (await records.list('sessions', { limit: 1 }))[0]?.id ?? '');

    const report = await reEncrypt(records, createKeyRing([newest, oldKey]));
    t.true(report.reEncrypted > 10);
    t.like(report, { undecryptable: 0, cachedResponses: 0 });
    t.deepEqual(report.olderKeys, [{ position: 2, values: 0 }]);

    const fixture = await openEncryptedFixture(records, clock, [newest]);
    t.like(await check(fixture), { faults: 0, findings: [] });
    t.is((await fixture.accounts.findByIdentifier('ADA'))?.email, 'ada@example.test');
    t.deepEqual(await fixture.accounts.create(user({ email: 'ada@example.test' })), { taken: 'email' });
    t.not((await fixture.refreshTokens.find('of RefreshToken'))?.consumedAt, undefined);
    t.deepEqual({ ...(await records.get('sessions', before?.id ?? '')), payload: null }, { ...before, payload: null });
    t.is((await reEncrypt(records, createKeyRing([newest]))).reEncrypted, 0);
  });

  test(`${driver.name}: an answer to a refresh keeps its key until it expires, and the report says until when`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const [oldKey, newest] = [newKey(), newKey()];
    const fixture = await openEncryptedFixture(records, clock, [oldKey]);
    await fill(fixture);
    await cacheResponse(fixture, 24 * HOUR_MS);
    const until = clock.now() + 24 * HOUR_MS;

    const report = await reEncrypt(records, createKeyRing([newest, oldKey]));
    t.deepEqual(report.olderKeys, [{ position: 2, values: 1, until }]);
    t.is(report.cachedResponses, 1);
    const both = await openEncryptedFixture(records, clock, [newest, oldKey]);
    t.is((await both.refreshTokens.findResponse('of RefreshToken'))?.body?.access_token, 'response');
    clock.advance(24 * 3600);
    t.deepEqual((await reEncrypt(records, createKeyRing([newest, oldKey]))).olderKeys, [{ position: 2, values: 0 }]);
  });

  test(`${driver.name}: the installation's own keys are reEncrypted last, after everything opens`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const [oldKey, newest] = [newKey(), newKey()];
    await fill(await openEncryptedFixture(records, clock, [oldKey]));
    const [client] = await records.list('clients', { limit: 1 });
    await records.put('clients', { id: 'moved', payload: client?.payload ?? Buffer.of() });

    const report = await reEncrypt(records, createKeyRing([newest, oldKey]));
    t.is(report.undecryptable, 1);
    // A process that starts without the old key is told so, instead of failing at its first request.
    await t.throwsAsync(openEncryptedFixture(records, clock, [newest]), { code: 'cannot_decrypt' });
  });

  test(`${driver.name}: re-encryption loses no write that is made meanwhile, and brings nothing back`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const [oldKey, newest] = [newKey(), newKey()];
    const old = await openEncryptedFixture(records, clock, [oldKey]);
    const other = await openEncryptedFixture(records, clock, [newest, oldKey]);
    const expiresAt = clock.now() + HOUR_MS;
    const TOKENS = 300;
    const idOf = (n: number): string => `token ${n}`;
    await old.issued.save('Grant', 'grant', { accountId: 'ada' }, expiresAt);
    await atOnce(TOKENS, (n) => old.refreshTokens.save(idOf(n), { grantId: 'grant', n }, expiresAt));

    // The third part is changed, the third part removed, the third part consumed, while it is reEncrypted.
    const change = async (n: number): Promise<unknown> => {
      if (n % 3 === 0) return other.refreshTokens.save(idOf(n), { grantId: 'grant', n: 1000 + n }, expiresAt);
      if (n % 3 === 1) return other.refreshTokens.destroy(idOf(n));
      return other.refreshTokens.consume(idOf(n));
    };
    const created = atOnce(20, (n) => other.accounts.create(user({ id: `p${n}`, email: `p${n}@example.test` })));
    const [report] = await Promise.all([reEncrypt(records, other.ring), atOnce(TOKENS, change), created]);
    t.deepEqual(report.olderKeys, [{ position: 2, values: 0 }]);
    t.deepEqual(
      await created,
      Array.from({ length: 20 }, () => undefined),
    );

    const after = await openEncryptedFixture(records, clock, [newest]);
    for (let n = 0; n < TOKENS; n += 1) {
      const found = await after.refreshTokens.find(idOf(n));
      if (n % 3 === 0) t.is(found?.payload.n, 1000 + n);
      else if (n % 3 === 1) t.is(found, undefined);
      else t.deepEqual([found?.payload.n, found?.consumedAt !== undefined], [n, true]);
    }
    t.is((await check(after)).faults, 0);
  });

  test(`${driver.name}: an account that is created while a process with the old order of keys runs is not mistaken for taken`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const [oldKey, newest] = [newKey(), newKey()];
    const old = await openEncryptedFixture(records, clock, [oldKey, newest]);
    const ring = createKeyRing([newest, oldKey]);
    const created = atOnce(40, (n) => old.accounts.create(user({ id: `p${n}`, email: `p${n}@example.test` })));
    while ((await records.size('accounts')) < 40) await reEncrypt(records, ring);
    t.deepEqual(
      await created,
      Array.from({ length: 40 }, () => undefined),
    );
    await reEncrypt(records, ring);
    t.is((await check(await openEncryptedFixture(records, clock, [newest]))).faults, 0);
  });

  test(`${driver.name}: an encrypted value that was moved to another row or collection does not decrypt`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const fixture = await openEncryptedFixture(records, clock, [newKey()]);
    await fill(fixture);
    const [token] = await records.list('access_tokens', { limit: 1 });
    const { id = '', payload = Buffer.of() } = token ?? {};
    await records.put('access_tokens', { id: `${id}x`, payload });
    await records.put('refresh_tokens', { id, payload });
    const { findings } = await check(fixture);
    t.deepEqual(
      findings.map(({ collection }) => collection),
      ['access_tokens', 'refresh_tokens'],
    );
    for (const { fault } of findings) t.regex(fault, /does not decrypt: .*moved/);
  });
});
