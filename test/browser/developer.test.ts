/** Somebody registers a client at /developer, gives it another secret and removes it, without JavaScript. */
import test from 'ava';
import { grantRole } from '../../src/domain/roles/roles.ts';
import { launch } from '../support/browser.ts';
import { openProvider } from './fixture.ts';

const browser = await launch();
test.after.always(() => browser.close());

test('everything at /developer works without JavaScript', async (t) => {
  const { latchkey, user } = await openProvider(t, { name: 'sqlite' });
  const { installation, issuer } = latchkey;
  await grantRole(user.id, 'developer', installation);
  const context = await browser.newContext({ javaScriptEnabled: false });
  t.teardown(() => context.close());
  const page = await context.newPage();

  await page.goto(`${issuer}/developer`);
  await page.fill('input[name=login]', user.email);
  await page.fill('input[name=password]', user.password);
  await page.click('button#login-submit');
  await page.waitForSelector('#no-clients');
  await browser.screenshot(page, 'developer-1-none');
  await page.click('a#client-new');
  await page.fill('[name=client_name]', 'Field notes');
  await page.fill('[name=redirect_uris]', 'https://notes.example/callback\nhttp://notes.example/callback');
  await page.click('button#client-create');
  await page.waitForSelector('#redirect_uris-problem');
  await browser.screenshot(page, 'developer-2-problem');
  t.is(await page.inputValue('[name=client_name]'), 'Field notes');
  await page.fill('[name=redirect_uris]', 'https://notes.example/callback\nhttps://notes.example/other');
  await page.click('button#client-create');
  const secret = String(await page.textContent('#client-secret'));
  t.regex(secret, /^lk_cs_/);
  await browser.screenshot(page, 'developer-3-secret');
  const clientId = String(await page.textContent('#client-id'));

  // The browser posts the form again.
  await page.reload();
  await page.waitForSelector('[data-message=made_already]');
  t.is((await installation.clients.listOwnedBy(user.id, 9)).length, 1);
  await page.click('a.button.primary');
  t.false((await page.content()).includes(secret));
  await page.selectOption('#overlap', '4');
  await page.click('button#secret-rotate');
  t.not(await page.textContent('#client-secret'), secret);
  await page.waitForSelector('#older-until');
  await page.goto(`${issuer}/developer/clients/${clientId}`);
  await page.fill('[name=client_name]', 'Logs');
  await page.click('.more summary');
  await page.fill('[name=tos_uri]', 'https://notes.example/tos');
  await page.click('button#client-save');
  await page.waitForSelector('#saved');
  t.is(await page.textContent('h1'), 'Logs');
  await browser.screenshot(page, 'developer-4-client');
  await page.check('input[name=understood]');
  await page.click('button#client-remove');
  await page.waitForSelector('#removed');
  t.is(await installation.clients.get(clientId), undefined);
});
