/** Signing in to the example app, as a person sees it. */
import { allow, claim, enterPassword, signIn, startSignIn } from './steps.ts';
import { onEveryVariant } from './variants.ts';
import { scopes } from './world.ts';

onEveryVariant('a wrong password is told; the login stays typed, the password does not', async (t, visit) => {
  const { page, world, picture } = visit;
  await page.goto(world.app);
  await picture('1-app');
  await page.click('#sign-in');
  await page.waitForSelector('input[name=login]');
  t.true(page.url().startsWith(world.latchkey.issuer));
  await picture('2-login');

  await enterPassword(page, world, 'a robin sleeps in winter');

  await page.waitForSelector('#problem');
  t.is(await page.inputValue('input[name=login]'), world.person.email);
  t.is(await page.inputValue('input[name=password]'), '');
  t.false((await page.content()).includes('a robin sleeps in winter'));
  await picture('3-wrong-password');

  await page.fill('input[name=password]', world.person.password);
  await page.click('button#login-submit');
  await page.waitForSelector('#consent-submit');
});

onEveryVariant('the consent page names the app, each scope in plain words, and the API', async (t, visit) => {
  const { page, world, picture } = visit;
  await startSignIn(page, world.app);
  await enterPassword(page, world);
  await page.waitForSelector('#consent-submit');

  const text = await page.innerText('body');
  for (const expected of ['Fieldnotes', 'Notes', `${world.api}/`, world.person.email, ...Object.values(scopes)]) {
    t.true(text.includes(expected), expected);
  }
  for (const wireName of ['openid', 'notes:read', 'notes:write']) t.false(text.includes(wireName), wireName);
  t.is(await page.locator('li .permission').count(), 5);
  await picture('4-consent');
});

onEveryVariant('after consent the app knows who signed in, and the API answers it', async (t, visit) => {
  const { page, world, picture } = visit;
  await signIn(page, world);

  t.is(page.url(), `${world.app}/`);
  t.is(await page.textContent('#greeting'), world.person.name);
  t.is(await claim(page, 'id-token-claims', 'iss'), world.latchkey.issuer);
  t.is(await claim(page, 'id-token-claims', 'sub'), world.person.id);
  t.is(await claim(page, 'userinfo', 'sub'), world.person.id);
  t.is(await claim(page, 'userinfo', 'email'), world.person.email);
  t.is(await page.textContent('#api-status'), '200');
  t.is(await claim(page, 'access-token-header', 'typ'), 'at+jwt');
  t.is(await claim(page, 'access-token-header', 'alg'), 'ES256');
  t.is(await claim(page, 'access-token-claims', 'aud'), `${world.api}/`);
  t.is(await claim(page, 'access-token-claims', 'scope'), 'notes:read notes:write');
  await picture('5-signed-in');

  await page.fill('input[name=text]', 'Two herons, <north> shore');
  await page.click('#add-note');
  await page.waitForSelector('#api-answer:has-text("Two herons, <north> shore")');
  t.is(await page.textContent('#api-status'), '200');
});

onEveryVariant('a session that was planted before the sign-in is worth nothing after it', async (t, visit) => {
  const { page, world } = visit;
  await startSignIn(page, world.app);
  const planted = await page.context().cookies(world.app);
  t.true(planted.length > 0);
  await signIn(page, world);

  await page.context().addCookies(planted);
  await page.goto(world.app);

  t.is(await page.locator('#greeting').count(), 0);
});

onEveryVariant('a refresh replaces the tokens, and the API takes the new one', async (t, visit) => {
  const { page, world, picture } = visit;
  await signIn(page, world);
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

onEveryVariant('a second app needs no password', async (t, { page, world, picture }) => {
  await signIn(page, world);

  await startSignIn(page, world.otherApp);

  // Consent is asked for each app; the password only once.
  t.is(await page.locator('input[name=password]').count(), 0);
  await allow(page);
  await page.waitForSelector('#greeting');
  t.is(page.url(), `${world.otherApp}/`);
  t.is(await claim(page, 'id-token-claims', 'sub'), world.person.id);
  await picture('7-second-app');

  await page.goto(world.app);
  t.is(await page.textContent('#greeting'), world.person.name);
});

onEveryVariant('signing in again to an app that was allowed needs neither password nor consent', async (t, visit) => {
  const { page, world } = visit;
  await signIn(page, world);
  // The app forgets; the provider does not.
  await page.context().clearCookies({ name: new RegExp(`^session-${new URL(world.app).port}$`) });

  await startSignIn(page, world.app);

  await page.waitForSelector('#greeting');
  t.is(page.url(), `${world.app}/`);
});
