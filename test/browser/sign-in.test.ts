/** Signing in to the example app, as a user sees it. */

import { scopes } from './fixture.ts';
import { allow, claim, enterPassword, signIn, startSignIn } from './steps.ts';
import { onEveryVariant } from './variants.ts';

onEveryVariant('a wrong password is told; the login stays typed, the password does not', async (t, visit) => {
  const { page, fixture, picture } = visit;
  await page.goto(fixture.app);
  await picture('1-app');
  await page.click('#sign-in');
  await page.waitForSelector('input[name=login]');
  t.true(page.url().startsWith(fixture.latchkey.issuer));
  await picture('2-login');

  await enterPassword(page, fixture, 'a robin sleeps in winter');

  await page.waitForSelector('#problem');
  t.is(await page.inputValue('input[name=login]'), fixture.user.email);
  t.is(await page.inputValue('input[name=password]'), '');
  t.false((await page.content()).includes('a robin sleeps in winter'));
  await picture('3-wrong-password');

  await page.fill('input[name=password]', fixture.user.password);
  await page.click('button#login-submit');
  await page.waitForSelector('#consent-submit');
});

onEveryVariant('the consent page names the app, each scope in plain words, and the API', async (t, visit) => {
  const { page, fixture, picture } = visit;
  await startSignIn(page, fixture.app);
  await enterPassword(page, fixture);
  await page.waitForSelector('#consent-submit');

  const text = await page.innerText('body');
  for (const expected of ['Fieldnotes', 'Notes', `${fixture.api}/`, fixture.user.email, ...Object.values(scopes)]) {
    t.true(text.includes(expected), expected);
  }
  for (const wireName of ['openid', 'notes:read', 'notes:write']) t.false(text.includes(wireName), wireName);
  t.is(await page.locator('li .permission').count(), 5);
  await picture('4-consent');
});

onEveryVariant('after consent the app knows who signed in, and the API answers it', async (t, visit) => {
  const { page, fixture, picture } = visit;
  await signIn(page, fixture);

  t.is(page.url(), `${fixture.app}/`);
  t.is(await page.textContent('#greeting'), fixture.user.name);
  t.is(await claim(page, 'id-token-claims', 'iss'), fixture.latchkey.issuer);
  t.is(await claim(page, 'id-token-claims', 'sub'), fixture.user.id);
  t.is(await claim(page, 'userinfo', 'sub'), fixture.user.id);
  t.is(await claim(page, 'userinfo', 'email'), fixture.user.email);
  t.is(await page.textContent('#api-status'), '200');
  t.is(await claim(page, 'access-token-header', 'typ'), 'at+jwt');
  t.is(await claim(page, 'access-token-header', 'alg'), 'ES256');
  t.is(await claim(page, 'access-token-claims', 'aud'), `${fixture.api}/`);
  t.is(await claim(page, 'access-token-claims', 'scope'), 'notes:read notes:write');
  await picture('5-signed-in');

  await page.fill('input[name=text]', 'Two herons, <north> shore');
  await page.click('#add-note');
  await page.waitForSelector('#api-answer:has-text("Two herons, <north> shore")');
  t.is(await page.textContent('#api-status'), '200');
});

onEveryVariant('a session that was planted before the sign-in is worth nothing after it', async (t, visit) => {
  const { page, fixture } = visit;
  await startSignIn(page, fixture.app);
  const planted = await page.context().cookies(fixture.app);
  t.true(planted.length > 0);
  await signIn(page, fixture);

  await page.context().addCookies(planted);
  await page.goto(fixture.app);

  t.is(await page.locator('#greeting').count(), 0);
});

onEveryVariant('a refresh replaces the tokens, and the API takes the new one', async (t, visit) => {
  const { page, fixture, picture } = visit;
  await signIn(page, fixture);
  const before = await claim(page, 'access-token-claims', 'jti');

  await page.click('#refresh');

  await page.waitForSelector('#refreshed');
  t.not(await claim(page, 'access-token-claims', 'jti'), before);
  t.is(await page.textContent('#api-status'), '200');
  const shown = (cell: string) => page.locator(`#refreshed td[${cell}]`).allTextContents();
  const [old, fresh] = [await shown('data-before'), await shown('data-after')];
  t.is(old.length, 2);
  t.is(new Set([...old, ...fresh]).size, 4);
  await picture('6-refreshed');
});

onEveryVariant('a second app needs no password', async (t, { page, fixture, picture }) => {
  await signIn(page, fixture);

  await startSignIn(page, fixture.otherApp);

  // Consent is asked for each app; the password only once.
  t.is(await page.locator('input[name=password]').count(), 0);
  await allow(page);
  await page.waitForSelector('#greeting');
  t.is(page.url(), `${fixture.otherApp}/`);
  t.is(await claim(page, 'id-token-claims', 'sub'), fixture.user.id);
  await picture('7-second-app');

  await page.goto(fixture.app);
  t.is(await page.textContent('#greeting'), fixture.user.name);
});

onEveryVariant('signing in again to an app that was allowed needs neither password nor consent', async (t, visit) => {
  const { page, fixture } = visit;
  await signIn(page, fixture);
  // The app forgets; the provider does not.
  await page.context().clearCookies({ name: new RegExp(`^session-${new URL(fixture.app).port}$`) });

  await startSignIn(page, fixture.app);

  await page.waitForSelector('#greeting');
  t.is(page.url(), `${fixture.app}/`);
});
