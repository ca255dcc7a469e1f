/** What the store of mailed links promises: each is good once, for one action, for one subject, for its time, and the newest alone. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import type { LinkPurpose, NewLink } from '../../src/storage/mail/links.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { atOnce } from '../support/records.ts';
import { openStores, type Stores } from '../support/stores.ts';

const purposes: readonly LinkPurpose[] = [
  'confirm_registration',
  'accept_invitation',
  'reset_password',
  'change_email',
];
const HOUR = 3600;

function aLink({ clock }: Stores, details: Partial<NewLink> = {}): NewLink {
  const expiresAt = clock.now() + HOUR * 1000;
  return {
    purpose: 'reset_password',
    subject: 'ada',
    accountId: 'ada',
    email: 'ada@example.test',
    expiresAt,
    ...details,
  };
}

const newToken = async ({ links }: Stores, link: NewLink): Promise<string> => (await links.create(link)).token;

const winners = (answers: readonly unknown[]): number => answers.filter((answer) => answer !== undefined).length;

const base64url = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** Tokens that nobody was given, made of one that somebody was. */
function forged(token: string): readonly string[] {
  const [id, secret] = [token.slice(0, 43), token.slice(43)];
  const flipped = (text: string, at: number) =>
    `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
  return [
    ...['', ' ', '.', '/', '\0', id, secret, `${secret}${id}`, `${id}${id}`, `${id} ${secret}`, `${id}.${secret}`],
    ...[flipped(token, 0), flipped(token, 42), flipped(token, 43), flipped(token, 84)],
    ...[`${token}A`, `${token}=`, ` ${token}`, `${token}\n`, token.slice(1), token.slice(0, -1), token.toUpperCase()],
    ...[
      `${id}${'A'.repeat(43)}`,
      `${id}${'\u{1f600}'.repeat(43)}`,
      `${'A'.repeat(43)}${secret}`,
      encodeURIComponent(`${token}/`),
    ],
    ...['__proto__', 'constructor', '{"$gt":""}', "' OR 1=1 --", '%00'.repeat(30), 'A'.repeat(86), 'A'.repeat(100_000)],
    ...Array.from({ length: 20 }, (_, bytes) => `${id}${base64url(bytes + 20)}`),
  ];
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: a link whose work was given up, or not heard of for half a minute, is good for one more`, async (t) => {
    const stores = await openStores(t, driver);
    const token = await newToken(stores, aLink(stores, { purpose: 'not_me' }));
    const begin = async () => {
      const begun = (await atOnce(50, () => stores.links.begin('not_me', token))).filter((link) => link !== undefined);
      return begun.length === 1 ? begun[0] : undefined;
    };
    const first = await begin();
    t.is(await begin(), undefined);
    if (first) await stores.links.giveUp(first);
    stores.clock.advance(1);
    const second = await begin();
    stores.clock.advance(29);
    t.is(await begin(), undefined);
    stores.clock.advance(1);
    const third = await begin();
    t.true([first, second, third].every((one) => one !== undefined));
    // Whoever was too slow gives up nothing of those who came after.
    if (second) await stores.links.giveUp(second);
    t.is(await stores.links.find('not_me', token), undefined);
    if (third) await stores.links.finish(third);
    stores.clock.advance(60);
    t.is(await begin(), undefined);
  });

  test(`${driver.name}: of 50 that use one link at once one wins, and nobody after it`, async (t) => {
    const stores = await openStores(t, driver);
    const token = await newToken(stores, aLink(stores));
    t.is(winners(await atOnce(50, () => stores.links.use('reset_password', token))), 1);
    t.is(await stores.links.find('reset_password', token), undefined);
    t.is(await stores.links.use('reset_password', token), undefined);
  });

  test(`${driver.name}: looking at a link spends nothing, however often`, async (t) => {
    const stores = await openStores(t, driver);
    const token = await newToken(stores, aLink(stores, { details: { clientId: 'shop' } }));
    t.is(winners(await atOnce(20, () => stores.links.find('reset_password', token))), 20);
    t.deepEqual((await stores.links.use('reset_password', token))?.details, { clientId: 'shop' });
  });

  test(`${driver.name}: a newer link ends older ones of its purpose and subject, and no others`, async (t) => {
    const stores = await openStores(t, driver);
    const { links } = stores;
    const old = await newToken(stores, aLink(stores));
    const others = await Promise.all([
      ...purposes.slice(0, 2).map((purpose) => newToken(stores, aLink(stores, { purpose }))),
      newToken(stores, aLink(stores, { subject: 'grace', accountId: 'grace' })),
    ]);
    const newer = await newToken(stores, aLink(stores));
    t.is(await links.use('reset_password', old), undefined);
    t.is(winners(await Promise.all(others.map((token) => links.find('reset_password', token)))), 1);
    t.not(await links.use('confirm_registration', others[0] ?? ''), undefined);
    t.not(await links.use('accept_invitation', others[1] ?? ''), undefined);
    t.not(await links.use('reset_password', newer), undefined);
  });

  test(`${driver.name}: a link that is replaced while it is used does not win, and takes nothing from the newer one`, async (t) => {
    const stores = await openStores(t, driver);
    const gates = gatedRecords();
    const { links: slow } = stores.reopen(gates.wrapRecords(stores.records));
    const old = await newToken(stores, aLink(stores));
    const gate = gates.holdNext('get', 'links', 'after');
    const using = slow.use('reset_password', old);
    await gate.reached;
    const newer = await newToken(stores, aLink(stores));
    gate.release();
    t.is(await using, undefined);
    t.not(await stores.links.use('reset_password', newer), undefined);
  });

  test(`${driver.name}: a link that ends while it is used does not win`, async (t) => {
    const stores = await openStores(t, driver);
    const ends = [
      () => stores.links.endAllOf('ada'),
      async () => {
        const { items } = await stores.links.list('reset_password', { limit: 9 });
        for (const { id } of items) t.truthy(await stores.links.end(id, 'reset_password'));
      },
    ];
    for (const end of ends) {
      const gates = gatedRecords();
      const { links: slow } = stores.reopen(gates.wrapRecords(stores.records));
      const token = await newToken(stores, aLink(stores));
      const gate = gates.holdNext('get', 'links', 'after');
      const using = slow.use('reset_password', token);
      await gate.reached;
      await end();
      gate.release();
      t.is(await using, undefined);
      t.is(await stores.links.find('reset_password', token), undefined);
    }
  });

  test(`${driver.name}: a link is for its own purpose alone, and trying it for others spends nothing`, async (t) => {
    const stores = await openStores(t, driver);
    for (const purpose of purposes) {
      const token = await newToken(stores, aLink(stores, { purpose }));
      for (const other of purposes.filter((one) => one !== purpose)) {
        t.is(await stores.links.find(other, token), undefined, `${purpose} for ${other}`);
        t.is(await stores.links.use(other, token), undefined, `${purpose} for ${other}`);
      }
      t.not(await stores.links.use(purpose, token), undefined, purpose);
    }
  });

  test(`${driver.name}: the record of one link with the secret of another is no link`, async (t) => {
    const stores = await openStores(t, driver);
    const [ada, grace] = [
      await newToken(stores, aLink(stores)),
      await newToken(stores, aLink(stores, { subject: 'grace' })),
    ];
    const mixed = `${ada.slice(0, 43)}${grace.slice(43)}`;
    t.is(await stores.links.use('reset_password', mixed), undefined);
    t.not(await stores.links.use('reset_password', ada), undefined);
  });

  test(`${driver.name}: whatever is no token finds nothing, throws nothing, and costs one read`, async (t) => {
    const stores = await openStores(t, driver);
    const gates = gatedRecords();
    const { links } = stores.reopen(gates.wrapRecords(stores.records));
    const token = await newToken(stores, aLink(stores));
    for (const text of forged(token)) {
      const reads = gates.calls('get', 'links');
      t.is(await links.find('reset_password', text), undefined, text.slice(0, 100));
      t.is(await links.use('reset_password', text), undefined, text.slice(0, 100));
      t.is(reads(), 2);
    }
    t.not(await links.use('reset_password', token), undefined);
  });

  test(`${driver.name}: a link ends with the account, and those of others stay`, async (t) => {
    const stores = await openStores(t, driver);
    const tokens = await Promise.all(purposes.map((purpose) => newToken(stores, aLink(stores, { purpose }))));
    const other = await newToken(stores, aLink(stores, { subject: 'grace', accountId: 'grace' }));
    t.is(await stores.links.endAllOf('ada'), purposes.length);
    for (const [at, purpose] of purposes.entries()) t.is(await stores.links.use(purpose, tokens[at] ?? ''), undefined);
    t.not(await stores.links.use('reset_password', other), undefined);
  });

  test(`${driver.name}: of an end and 20 uses at once one wins, and an ended link is not listed`, async (t) => {
    const stores = await openStores(t, driver);
    const token = await newToken(stores, aLink(stores, { purpose: 'accept_invitation' }));
    const [id = ''] = (await stores.links.list('accept_invitation', { limit: 9 })).items.map((link) => link.id);
    t.falsy(await stores.links.end(id, 'reset_password'), 'for another purpose');
    const uses = atOnce(20, () => stores.links.use('accept_invitation', token));
    const ended = await stores.links.end(id, 'accept_invitation');
    t.is(winners(await uses) + Number(ended !== undefined), 1);
    t.falsy(await stores.links.end(id, 'accept_invitation'));
    t.falsy(await stores.links.end('nobody', 'accept_invitation'));
    t.deepEqual((await stores.links.list('accept_invitation', { limit: 9 })).items, []);
  });

  test(`${driver.name}: a link that is too old is not good, listed or ended, by the clock of whoever asks`, async (t) => {
    const stores = await openStores(t, driver);
    // The database does not know that it is over: nothing is purged, and it returns the record as if its time had not come.
    const late = Object.assign(Object.create(stores.records) as typeof stores.records, {
      put: (collection: 'links', { expiresAt: _expiresAt, ...record }: Parameters<typeof stores.records.put>[1]) =>
        stores.records.put(collection, record),
    });
    const { links } = stores.reopen(late);
    const token = await newToken({ ...stores, links }, aLink(stores));
    stores.clock.advance(HOUR - 1);
    t.not(await links.find('reset_password', token), undefined);
    stores.clock.advance(1);
    const [{ id = '' } = {}] = await stores.records.list('links', { limit: 9 });
    t.not(await stores.records.get('links', id), undefined, 'the record is still there');
    t.is(await links.find('reset_password', token), undefined);
    t.is(await links.use('reset_password', token), undefined);
    t.deepEqual((await links.list('reset_password', { limit: 9 })).items, []);
    t.is(await links.end(id, 'reset_password'), undefined);
  });

  test(`${driver.name}: nothing of a token, its subject or its address can be read in what is stored`, async (t) => {
    const stores = await openStores(t, driver);
    const token = await newToken(stores, aLink(stores, { subject: 'planted-subject', accountId: 'planted-account' }));
    await stores.links.use('reset_password', token);
    const stored = await stores.records.list('links', { limit: 9 });
    const text = stored
      .map(({ payload, ...rest }) => JSON.stringify(rest) + Buffer.from(payload).toString('latin1'))
      .join();
    for (const secret of [token.slice(0, 12), token.slice(43, 55), 'planted-subject', 'ada@example.test'])
      t.false(text.includes(secret));
  });
});
