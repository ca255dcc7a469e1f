/** From the mail of an invitation to the app, and out again when the account has expired. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { ManualClock } from '../support/clock.ts';
import { inviteTo } from '../support/invitations.ts';
import { openProvider } from './fixture.ts';
import { allow, enterPassword, startSignIn } from './steps.ts';

// Short of what a sign-in under way lives: oidc-provider counts that by the time of day.
const LIFE_SECONDS = 300;

test('whoever is invited chooses a password, signs in, and is out when the account has expired', async (t) => {
  const clock = new ManualClock();
  const fixture = await openProvider(t, { name: 'sqlite' }, clock);
  const user = { ...fixture.user, email: 'wren@example.com', password: 'a wren sings in spring' };
  const invited = { ...fixture, user };
  const expiresAt = clock.now() + LIFE_SECONDS * 1000;
  const { link } = await inviteTo(fixture.latchkey, user.email, { name: 'Jenny Wren', groups: ['staff'], expiresAt });
  await using browser = await launch();
  const page = await browser.newPage();

  await page.goto(link);
  t.is(await page.inputValue('#email'), user.email);
  t.is(await page.inputValue('input[name=name]'), 'Jenny Wren');
  await browser.screenshot(page, 'sqlite-scripts-20-invitation');
  await page.fill('input[name=password]', 'password1');
  await page.click('button#confirm-submit');
  await page.waitForSelector('#password-problem');
  await browser.screenshot(page, 'sqlite-scripts-21-invitation-problem');
  await page.fill('input[name=password]', user.password);
  await page.click('button#confirm-submit');
  await page.waitForSelector('a[href="/account"]');
  await browser.screenshot(page, 'sqlite-scripts-22-invitation-done');
  await page.goto(link);
  await page.waitForSelector('a[href="/account"]');
  t.is(await page.locator('#confirm-submit').count(), 0);
  await browser.screenshot(page, 'sqlite-scripts-23-invitation-gone');

  await startSignIn(page, fixture.app);
  await enterPassword(page, invited);
  await allow(page);
  await page.waitForSelector('#greeting');
  t.is(await page.textContent('#greeting'), 'Jenny Wren');

  clock.advance(LIFE_SECONDS);
  await startSignIn(page, fixture.otherApp);
  await enterPassword(page, invited);
  await page.waitForSelector('#problem[data-problem=wrong_credentials]');
  t.is(await page.locator('#greeting').count(), 0);
});
