/** Deleting an account leaves no record of its own in any collection, on any database. */
import test from 'ava';
import { deleteAccount } from '../../src/domain/accounts/deletion.ts';
import type { MailOrder } from '../../src/domain/mail/outbox.ts';
import { collectionNames } from '../../src/storage/collections.ts';
import { encryptionContext } from '../../src/storage/encryption/encrypted-collection.ts';
import { CannotDecrypt } from '../../src/storage/encryption/key-ring.ts';
import { identifierReservationId } from '../../src/storage/records/account-identifiers.ts';
import { eventOwnerHash } from '../../src/storage/records/events.ts';
import {
  cacheResponse,
  type EncryptedFixture,
  fill,
  HOUR_MS,
  newKey,
  openEncryptedFixture,
} from '../storage/encrypted-fixture.ts';
import { ManualClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';

const ACCOUNT = 'ada';

/** The collections that have a record of the account: by its id or an index, or because what is encrypted names it. */
async function collectionsOfAccount({
  records,
  ring,
  keyedHash,
  grants,
}: EncryptedFixture): Promise<readonly string[]> {
  const names = new Set([
    ACCOUNT,
    identifierReservationId('ada@example.test', keyedHash),
    identifierReservationId('ada', keyedHash),
    grants.referenceOf('grant'),
    eventOwnerHash({ kind: 'account', id: ACCOUNT }, keyedHash),
  ]);
  const decrypted = (collection: (typeof collectionNames)[number], id: string, payload: Uint8Array): string => {
    try {
      return payload.length === 0
        ? ''
        : Buffer.from(ring.decrypt(payload, encryptionContext(collection, id))).toString();
    } catch (error) {
      // A cached token response, which is under its refresh token too.
      if (error instanceof CannotDecrypt) return '';
      throw error;
    }
  };
  const having: string[] = [];
  for (const collection of collectionNames) {
    const found = await records.list(collection, { limit: 100 });
    const isOfAccount = found.some(
      ({ id, indexes = {}, payload }) =>
        [id, ...Object.values(indexes).flat()].some((value) => names.has(value)) ||
        [`"${ACCOUNT}"`, '"ada@example.test"'].some((text) => decrypted(collection, id, payload).includes(text)),
    );
    if (isOfAccount) having.push(collection);
  }
  return having.sort();
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: an account that was deleted leaves no record of its own in any collection`, async (t) => {
    const clock = new ManualClock();
    const fixture = await openEncryptedFixture(await driver.open(t, clock), clock, [newKey()]);
    await fill(fixture);
    await cacheResponse(fixture, HOUR_MS);
    const made = { id: 'own', metadata: {}, secretHashes: [], origin: 'developer' } as const;
    await fixture.clients.create({ ...made, owner: ACCOUNT });
    t.deepEqual(await collectionsOfAccount(fixture), [
      'access_tokens',
      'account_identifiers',
      'accounts',
      'authorization_codes',
      'cached_token_responses',
      'clients',
      'consents',
      'device_codes',
      'events',
      'grant_reservations',
      'grants',
      'known_networks',
      'links',
      'mails',
      'refresh_tokens',
      'sessions',
    ]);
    await deleteAccount(ACCOUNT, fixture);
    t.deepEqual(await collectionsOfAccount(fixture), []);
    t.deepEqual(await fixture.clients.get('own'), made, 'an app goes on without its owner');
  });

  test(`${driver.name}: whoever closes their account gets one last mail, and none of those that waited`, async (t) => {
    const clock = new ManualClock();
    const fixture = await openEncryptedFixture(await driver.open(t, clock), clock, [newKey()]);
    await fill(fixture);
    const change = {
      text: 'confirm_new_email',
      language: 'en',
      usefulUntil: clock.now() + HOUR_MS,
    } as const;
    const pendingEmail = { address: 'Other@example.test', until: clock.now() + HOUR_MS };
    await fixture.accounts.update(ACCOUNT, (account) => ({ ...account, pendingEmail }));
    await fixture.outbox.enqueue('other@EXAMPLE.test', change, 'act');
    await fixture.outbox.enqueue('ADA@example.test', change, 'act');
    await fixture.outbox.enqueue('grace@example.test', change, 'act');
    await deleteAccount(ACCOUNT, fixture, { reason: 'user', notice: { language: 'de' } });
    const { items } = await fixture.mails.list({ limit: 9 });
    const told = items.map(({ order }) => order as MailOrder).map(({ to, text, language }) => [to, text, language]);
    t.deepEqual(told.sort(), [
      ['ada@example.test', 'account_deleted', 'de'],
      ['grace@example.test', 'confirm_new_email', 'en'],
    ]);
  });
});
