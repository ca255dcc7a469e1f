/** What a user leaves out on the consent page the app does not get; asked again, the user may allow it. */
import type { Page } from 'playwright-core';
import type { Fixture } from './fixture.ts';
import { claim, enterPassword, startSignIn } from './steps.ts';
import { onEveryVariant } from './variants.ts';

/** The app's own request, which asks for the page whatever was answered before. */
async function askAgain(page: Page, { app, latchkey }: Fixture): Promise<void> {
  const begun = await page.context().request.get(`${app}/sign-in?iss=${latchkey.issuer}`, { maxRedirects: 0 });
  await page.goto(`${begun.headers().location}&prompt=consent`);
  await page.waitForSelector('#consent-submit');
}

const box = (value: string): string => `input[type=checkbox][name=scope][value="${value}"]`;

onEveryVariant('what was unticked the app does not get, and gets it once it was ticked', async (t, visit) => {
  const { page, fixture, picture } = visit;
  await startSignIn(page, fixture.app);
  await enterPassword(page, fixture);
  for (const scope of ['email', 'notes:write']) await page.locator(box(scope)).uncheck();
  await picture('30-consent-left-out');
  await page.click('#consent-submit');
  await page.waitForSelector('#greeting');
  t.is(await claim(page, 'access-token-claims', 'scope'), 'notes:read');
  t.is(await page.textContent('#greeting'), fixture.user.name);
  t.is(await page.locator('#userinfo tr[data-claim=email]').count(), 0);
  t.is(await page.textContent('#api-status'), '200');

  // The app sends its whole request again: nobody is asked, and it stays as it was.
  await page.goto(`${fixture.app}/sign-in?iss=${fixture.latchkey.issuer}`);
  await page.waitForSelector('#greeting');
  t.is(await claim(page, 'access-token-claims', 'scope'), 'notes:read');

  await askAgain(page, fixture);
  t.deepEqual(await Promise.all(['email', 'notes:write', 'notes:read'].map((name) => page.isChecked(box(name)))), [
    ...[false, false, true],
  ]);
  t.is(await page.locator('.mark:text-is("Not allowed last time")').count(), 2);
  await picture('31-consent-asked-again');
  for (const scope of ['email', 'notes:write']) await page.locator(box(scope)).check();
  await page.click('#consent-submit');
  await page.waitForSelector('#greeting');
  t.is(await claim(page, 'access-token-claims', 'scope'), 'notes:read notes:write');
  t.is(await claim(page, 'userinfo', 'email'), fixture.user.email);
});

onEveryVariant(
  'with everything unticked the app knows who somebody is, and has no token for the API',
  async (t, visit) => {
    const { page, fixture, picture } = visit;
    await startSignIn(page, fixture.app);
    await enterPassword(page, fixture);
    for (const one of await page.locator('input[type=checkbox][name=scope]').all()) await one.uncheck();
    await page.click('#consent-submit');
    await page.waitForSelector('#api-left-out');
    t.is(await page.textContent('#greeting'), fixture.user.id);
    await picture('32-nothing-of-the-api');

    await page.click('#refresh');
    await page.waitForSelector('#refreshed');
    t.is(await page.locator('#api-left-out').count(), 1);
  },
);
