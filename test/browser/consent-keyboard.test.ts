/** The boxes of the consent page without a mouse, and by what is said beside them. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { openProvider } from './fixture.ts';
import { claim, enterPassword, startSignIn } from './steps.ts';

const browser = await launch({ viewport: { width: 320, height: 640 } });
test.after.always(() => browser.close());

test.serial('the keyboard alone leaves something out and allows the rest', async (t) => {
  const fixture = await openProvider(t, { name: 'sqlite' });
  const page = await browser.newPage();
  await startSignIn(page, fixture.app);
  await enterPassword(page, fixture);
  await page.waitForSelector('#consent-submit');
  const focused = (): Promise<string> => page.evaluate('document.activeElement.value || document.activeElement.id');
  const seen: string[] = [];
  for (let step = 0; step < 20 && seen.at(-1) !== 'abort'; step += 1) {
    await page.keyboard.press('Tab');
    const one = await focused();
    seen.push(one);
    if (one === 'email') await page.keyboard.press('Space');
  }
  t.deepEqual(
    seen.filter((one) => one !== ''),
    ['profile', 'email', 'notes:read', 'notes:write', 'consent-submit', 'abort'],
  );
  t.is(await page.getByLabel('See your e-mail address').isChecked(), false);
  t.is(await page.getByLabel('Read your notes').isChecked(), true);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#greeting');
  t.is(await page.locator('#userinfo tr[data-claim=email]').count(), 0);
  t.is(await claim(page, 'access-token-claims', 'scope'), 'notes:read notes:write');
});

test.serial('a tap on what a box says unticks it', async (t) => {
  const fixture = await openProvider(t, { name: 'sqlite' });
  const page = await browser.newPage();
  await page.context().clearCookies();
  await startSignIn(page, fixture.app);
  await enterPassword(page, fixture);
  await page.click('text=Write notes for you');
  t.false(await page.getByLabel('Write notes for you').isChecked());
});
