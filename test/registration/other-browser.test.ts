/** Whoever registers with somebody else's address is not signed in when its owner presses the button. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { newVisitor, ownProvider, toldApp } from '../support/provider-fixture.ts';
import { storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { begins, confirms, isConsent, linkTo, otherCode, problemOf, shownCode } from './registering.ts';

await forEachDatabase(test, ({ name }) => {
  test(`${name}: a registration begun in browser A whose link is pressed in browser B never signs A in without the code`, async (t) => {
    const storage = await storageFor(name, await temporaryFolder(t));
    t.teardown(storage.drop);
    const fixture = await ownProvider(t, { storageUrl: storage.url });
    const { email, user, waiting, register, app } = await begins(fixture);
    const link = await linkTo(fixture, email);
    const code = shownCode(await confirms(fixture, email, newVisitor()));

    for (const address of [waiting.url, register.url, link, app.request().url]) {
      await user.open(address);
      t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required', address);
    }
    for (const typed of ['', otherCode(code)]) {
      t.truthy(problemOf(await user.submit(waiting, 'code-submit', { code: typed })));
      t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required', typed);
    }
    t.is(await fixture.latchkey.installation.accounts.findByIdentifier(email), undefined);
    t.true(isConsent(await user.submit(waiting, 'code-submit', { code })));
  });
});
