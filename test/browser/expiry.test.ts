/** A sign-in page that was left open for too long. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { ManualClock } from '../support/clock.ts';
import { openProvider } from './fixture.ts';
import { startSignIn } from './steps.ts';
import { storages } from './storages.ts';

const A_DAY_IN_SECONDS = 24 * 60 * 60;

for (const storage of storages) {
  test.serial(
    `a sign-in page that was left open for a day offers the way back to the app (${storage.name})`,
    async (t) => {
      const clock = new ManualClock();
      const fixture = await openProvider(t, storage, clock);
      await using browser = await launch();
      const page = await browser.newPage();
      await startSignIn(page, fixture.app);
      await page.waitForSelector('#login-submit');

      clock.advance(A_DAY_IN_SECONDS);
      await page.fill('input[name=login]', fixture.user.email);
      await page.fill('input[name=password]', fixture.user.password);
      await page.click('#login-submit');

      await page.waitForSelector(`a[href^="${fixture.app}"]`);
      t.is(await page.locator('input[name=password]').count(), 0);
      await browser.screenshot(page, `${storage.name}-scripts-14-expired`);
      await page.click(`a[href^="${fixture.app}"]`);
      await page.waitForSelector('#sign-in');
    },
  );
}
