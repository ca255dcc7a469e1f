/** From the login page to a mailed code, and into the app without the password. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { mailsTo } from '../support/mails.ts';
import { openProvider } from './fixture.ts';
import { allow, startSignIn } from './steps.ts';

const browser = await launch();
test.after.always(() => browser.close());

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? 'scripts' : 'no-scripts';
  test.serial(`a mailed code leads into the app, and a wrong one is told (${scripts})`, async (t) => {
    const fixture = await openProvider(t, { name: 'sqlite' }, undefined, { SIGN_IN_BY_MAIL: 'on' });
    const context = await browser.newContext({ javaScriptEnabled });
    t.teardown(() => context.close());
    const page = await context.newPage();
    const picture = (name: string) => browser.screenshot(page, `sqlite-${scripts}-mailed-code-${name}`);

    await startSignIn(page, fixture.app);
    await picture('1-login');
    await page.click('a#use-mailed-code');
    await picture('2-asks');
    await page.fill('input[name=email]', fixture.user.email);
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[name=code]');
    t.true((await page.innerText('main')).includes(fixture.user.email));
    await picture('3-waits');

    const [mail] = await mailsTo(fixture.latchkey, fixture.user.email);
    const code = mail?.body.slice(0, 8) ?? '';
    await page.fill('input[name=code]', code === '00000000' ? '11111111' : '00000000');
    await page.click('button#code-submit');
    await page.waitForSelector('#code-problem');
    t.is(await page.inputValue('input[name=code]'), '');
    await picture('4-wrong');
    await page.setViewportSize({ width: 320, height: 800 });
    t.is(await page.evaluate<number>('document.documentElement.scrollWidth'), 320);
    await picture('5-narrow');
    await page.fill('input[name=code]', `${code.slice(0, 4)} ${code.slice(4)}`);
    await page.keyboard.press('Enter');
    await allow(page);
    await page.waitForSelector('#greeting');
    t.is(page.url(), `${fixture.app}/`);
  });
}
