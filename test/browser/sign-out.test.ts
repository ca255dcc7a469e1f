/** Signing out at one app ends the session at the provider and at the other apps. */
import { allow, enterPassword, signIn, signOut, startSignIn } from './steps.ts';
import { onEveryVariant } from './variants.ts';

onEveryVariant('after signing out the next sign-in asks for the password', async (t, { page, fixture, picture }) => {
  await signIn(page, fixture);

  await page.click('#sign-out');
  await page.waitForSelector('button#logout-confirm');
  await picture('9-sign-out');
  await page.click('button#logout-confirm');

  await page.waitForURL(`${fixture.app}/signed-out`);
  t.regex(await page.innerText('h1'), /signed out/);
  await picture('10-signed-out');

  await page.click('#sign-in');
  await page.waitForSelector('input[name=password]');
  await enterPassword(page, fixture);
  await page.waitForSelector('#greeting, #consent-submit');
});

onEveryVariant('signing out at one app signs out of the other, behind the browser', async (t, visit) => {
  const { page, fixture, picture } = visit;
  await signIn(page, fixture);
  await startSignIn(page, fixture.otherApp);
  await allow(page);
  await page.waitForSelector('#greeting');

  await page.goto(fixture.app);
  await signOut(page);
  await page.waitForURL(`${fixture.app}/signed-out`);

  await page.goto(fixture.otherApp);
  t.is(await page.locator('#ended-by-provider').count(), 1);
  t.is(await page.locator('#greeting').count(), 0);
  await picture('11-signed-out-elsewhere');
});

onEveryVariant('who stays signed in at the provider needs no password next time', async (t, visit) => {
  const { page, fixture } = visit;
  await signIn(page, fixture);

  await page.click('#sign-out');
  await page.click('#logout-stay');

  await page.waitForURL(`${fixture.app}/signed-out`);
  await page.click('#sign-in');
  await page.waitForSelector('#greeting, #consent-submit');
  t.is(await page.locator('input[name=password]').count(), 0);
});

onEveryVariant('a session that ended elsewhere makes the refresh fail in plain words', async (t, { page, fixture }) => {
  await signIn(page, fixture);
  // The app is not told: its provider session is destroyed in the database.
  await fixture.latchkey.installation.sessions.destroyForAccount(fixture.user.id);

  await page.click('#refresh');

  await page.waitForSelector('#problem');
  t.is(await page.textContent('#error-code'), 'invalid_grant');
  await page.goto(fixture.app);
  t.is(await page.locator('#greeting').count(), 0);
});

onEveryVariant(
  'signing out at the provider itself shows that it is done, and the app hears of it',
  async (t, visit) => {
    const { page, fixture, picture } = visit;
    await signIn(page, fixture);

    await page.goto(`${fixture.latchkey.issuer}/session/end`);
    await page.click('button#logout-confirm');

    await page.waitForSelector('h1:has-text("signed out")');
    t.true(page.url().startsWith(fixture.latchkey.issuer));
    await picture('15-signed-out-at-provider');
    await page.goto(fixture.app);
    t.is(await page.locator('#ended-by-provider').count(), 1);
  },
);
