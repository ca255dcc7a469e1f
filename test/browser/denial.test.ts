/** Saying no, on either page, brings the user back to the app with an error that it shows decently. */
import { allow, enterPassword, startSignIn } from './steps.ts';
import { onEveryVariant } from './variants.ts';

onEveryVariant('denying consent comes back as access_denied, and one can try again', async (t, visit) => {
  const { page, fixture, picture } = visit;
  await startSignIn(page, fixture.app);
  await enterPassword(page, fixture);

  await page.click('#abort');

  await page.waitForSelector('#problem');
  t.true(page.url().startsWith(`${fixture.app}/callback?error=access_denied`));
  t.is(await page.textContent('#error-code'), 'access_denied');
  await picture('8-denied');

  await page.click('#sign-in');
  await allow(page);
  await page.waitForSelector('#greeting');
  t.is(page.url(), `${fixture.app}/`);
});

onEveryVariant('cancelling at the sign-in page comes back as access_denied', async (t, { page, fixture }) => {
  await startSignIn(page, fixture.app);

  await page.click('#abort');

  await page.waitForSelector('#problem');
  t.is(await page.textContent('#error-code'), 'access_denied');
  await page.goto(fixture.app);
  t.is(await page.locator('#greeting').count(), 0);
});
