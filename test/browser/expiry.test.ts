/** A sign-in page that was left open for too long. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { ManualClock } from '../support/clock.ts';
import { startSignIn } from './steps.ts';
import { storages } from './storages.ts';
import { openWorld } from './world.ts';

const A_DAY_IN_SECONDS = 24 * 60 * 60;

for (const storage of storages) {
  test.serial(
    `a sign-in page that was left open for a day offers the way back to the app (${storage.name})`,
    async (t) => {
      const clock = new ManualClock();
      const world = await openWorld(t, storage, clock);
      await using browser = await launch();
      const page = await browser.newPage();
      await startSignIn(page, world.app);
      await page.waitForSelector('#login-submit');

      clock.advance(A_DAY_IN_SECONDS);
      await page.fill('input[name=login]', world.person.email);
      await page.fill('input[name=password]', world.person.password);
      await page.click('#login-submit');

      await page.waitForSelector(`a[href^="${world.app}"]`);
      t.is(await page.locator('input[name=password]').count(), 0);
      await browser.screenshot(page, `${storage.name}-scripts-14-expired`);
      await page.click(`a[href^="${world.app}"]`);
      await page.waitForSelector('#sign-in');
    },
  );
}
