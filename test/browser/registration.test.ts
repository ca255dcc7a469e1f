/** Registering in real browsers: in one, and with the mail opened in another. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { mailsTo } from '../support/mails.ts';
import { openProvider } from './fixture.ts';
import { startSignIn } from './steps.ts';
import { storages } from './storages.ts';

const PASSWORD = 'seven quiet otters upstream';

for (const storage of storages) {
  test.serial(
    `a registration begun in one browser whose link is pressed in another never signs the first in without the code (${storage.name})`,
    async (t) => {
      const fixture = await openProvider(t, storage);
      const { latchkey, app } = fixture;
      await using browser = await launch();
      const first = await browser.newPage();
      const second = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      const linkTo = async (email: string) => String((await mailsTo(latchkey, email)).at(-1)?.link);
      const register = async (email: string) => {
        await startSignIn(first, app);
        await first.click('#register');
        await first.fill('input[name=email]', email);
        await first.fill('input[name=name]', 'Wren Fledgling');
        await first.fill('input[name=password]', PASSWORD);
        await browser.screenshot(first, `${storage.name}-registration-1-form`);
        await first.click('button#register-submit');
        await first.waitForSelector('button#code-submit');
      };

      await register('wren@example.com');
      await browser.screenshot(first, `${storage.name}-registration-2-waiting`);
      await second.goto(await linkTo('wren@example.com'));
      await browser.screenshot(second, `${storage.name}-registration-3-link`);
      await second.click('button#confirm-submit');
      const code = await second.textContent('#confirmation-code');
      await browser.screenshot(second, `${storage.name}-registration-4-code`);
      // Nothing goes on by itself.
      await first.reload();
      t.is(await first.locator('button#code-submit').count(), 1);
      t.is(await latchkey.installation.accounts.findByIdentifier('wren@example.com'), undefined);
      await second.goto(app);
      t.is(await second.locator('#greeting').count(), 0);

      await first.fill('input[name=code]', String(code).toLowerCase());
      await first.click('button#code-submit');
      await first.click('button#consent-submit');
      await first.waitForSelector('#greeting');
      await browser.screenshot(first, `${storage.name}-registration-5-signed-in`);
      await first.context().clearCookies();

      await register('robin.fledgling@example.com');
      const mail = await first.context().newPage();
      await mail.goto(await linkTo('robin.fledgling@example.com'));
      await mail.click('button#confirm-submit');
      await mail.click('button#consent-submit');
      await mail.waitForSelector('#greeting');
      await first.reload();
      t.is(await first.getAttribute('#outcome', 'data-outcome'), 'made');
    },
  );
}
