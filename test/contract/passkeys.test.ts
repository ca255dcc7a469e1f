/** Of many answers of one passkey to one challenge, one signs in, on every database. */
import test from 'ava';
import { Authenticator } from '../support/authenticator.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';
import { accountWith, HOME, passkeysOver, UID } from '../unit/passkeys/passkey-fixture.ts';

await forEachDatabase(test, (driver) => {
  for (const counter of [0, 1]) {
    test(`${driver.name}: of fifty at once, in two processes, one signs in (${counter === 0 ? 'a passkey that does not count' : 'one that counts'})`, async (t) => {
      const stores = await openStores(t, driver);
      const processes = [passkeysOver(stores), passkeysOver(stores.reopen(stores.records))];
      const authenticator = new Authenticator(HOME);
      const account = await accountWith(stores, authenticator);
      const { challenge } = processes[0]?.signInOptions(UID) ?? {};
      const userHandle = stores.factors.userHandleOf(account.id);
      const json = authenticator.get({ challenge: String(challenge), userHandle, counter });
      const outcomes = await atOnce(50, async (caller) => {
        const answer = { json, interactionUid: UID, address: `192.0.2.${caller}`, device: undefined };
        return processes[caller % 2]
          ?.signIn(answer, () => {})
          .then(
            () => 'signed in',
            (error: { readonly code?: string }) => error.code,
          );
      });
      t.deepEqual([...new Set(outcomes)].toSorted(), ['passkey_expired', 'signed in']);
      t.is(outcomes.filter((outcome) => outcome === 'signed in').length, 1);
      t.is((await stores.factors.get(account.id)).passkeys[0]?.counter, counter);
    });
  }
});
