/** Many requests save one session at once: each of them gets through. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createSessionAdapter } from '../../src/provider/adapter/sessions.ts';
import { createCookieKeys } from '../../src/provider/options/cookies.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: a hundred saves of one session at once are all kept, and none is refused`, async (t) => {
    const { sessions, grants, clock } = await openStores(t, driver);
    const cookieKeys = createCookieKeys([randomBytes(32)]);
    const adapter = createSessionAdapter({ sessions, grants, clock, cookieKeys, admit: async () => undefined });
    await adapter.upsert('cookie', { uid: 'one', tab: 'first' }, 3600);

    await atOnce(100, (tab) => adapter.upsert('cookie', { uid: 'one', tab }, 3600));

    t.is((await sessions.findByUid('one'))?.version, 101);
  });
});
