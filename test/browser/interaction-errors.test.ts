/** Pages of a sign-in that cannot go on say so and offer the way back to the app. */
import { enterPassword, signIn, startSignIn } from './steps.ts';
import { onEveryVariant } from './variants.ts';

onEveryVariant('a sign-in page that was used already offers the way back to the app', async (t, visit) => {
  const { page, fixture, picture } = visit;
  await startSignIn(page, fixture.app);
  await page.waitForSelector('#login-submit');
  const used = page.url();
  await enterPassword(page, fixture);
  await page.waitForSelector('#consent-submit');

  const answer = await page.goto(used);

  t.is(Math.floor((answer?.status() ?? 0) / 100), 4);
  t.is(await page.locator('input[name=password]').count(), 0);
  await picture('12-used-page');
  await page.click(`a[href^="${fixture.app}"]`);
  await page.waitForSelector('#sign-in');
});

onEveryVariant('a sign-in page from another browser is not usable', async (t, { page, fixture }) => {
  await startSignIn(page, fixture.app);
  await page.waitForSelector('#login-submit');
  const address = page.url();
  await page.context().clearCookies();

  const answer = await page.goto(address);

  t.is(Math.floor((answer?.status() ?? 0) / 100), 4);
  t.is(await page.locator('input[name=password]').count(), 0);
  t.is(await page.locator(`a[href^="${fixture.app}"]`).count(), 1);
});

onEveryVariant('going back after signing in and sending the old form leads back to the app', async (t, visit) => {
  const { page, fixture } = visit;
  await startSignIn(page, fixture.app);
  await page.waitForSelector('#login-submit');
  const used = page.url();
  const form = await page.getAttribute('form:has(#login-submit)', 'action');
  const token = await page.inputValue('form:has(#login-submit) input[name=csrf]');
  await enterPassword(page, fixture);
  await page.waitForSelector('#consent-submit');

  const answer = await page.request.post(new URL(form ?? '', used).href, {
    form: { csrf: token, login: fixture.user.email, password: fixture.user.password },
    headers: { origin: fixture.latchkey.issuer, 'sec-fetch-site': 'same-origin' },
    maxRedirects: 0,
  });

  t.is(Math.floor(answer.status() / 100), 4);
  t.true((await answer.text()).includes(fixture.app));
});

onEveryVariant('an unknown app gets an error page and no redirect', async (t, { page, fixture, picture }) => {
  await page.goto(`${fixture.latchkey.issuer}/auth?client_id=nobody&response_type=code&scope=openid`);

  t.true(page.url().startsWith(fixture.latchkey.issuer));
  t.regex(await page.innerText('body'), /invalid_client/);
  await picture('13-unknown-app');
});

onEveryVariant('an address that the app did not register gets an error page and no redirect', async (t, visit) => {
  const { page, fixture } = visit;
  await startSignIn(page, fixture.app);
  await page.waitForSelector('#login-submit');
  const { items } = await fixture.latchkey.installation.clients.list({ limit: 1 });

  const query = new URLSearchParams({
    client_id: items[0]?.id ?? '',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${fixture.app}/elsewhere`,
  });
  await page.goto(`${fixture.latchkey.issuer}/auth?${query}`);

  t.true(page.url().startsWith(fixture.latchkey.issuer));
  t.regex(await page.innerText('body'), /invalid_redirect_uri/);
});

onEveryVariant('the answer of a sign-in counts once', async (t, { page, fixture }) => {
  const answers: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${fixture.app}/callback`)) answers.push(request.url());
  });
  await signIn(page, fixture);
  t.is(answers.length, 1);

  const answer = await page.goto(answers[0] ?? '');

  t.is(answer?.status(), 400);
  await page.goto(fixture.app);
  t.is(await page.textContent('#greeting'), fixture.user.name);
});
