/** Whole journeys by keyboard alone: Tab reaches all that is needed, in the order of the page, and its focus is always seen. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { launch } from '../support/browser.ts';
import { mailsTo } from '../support/mails.ts';
import { type Fixture, openProvider } from './fixture.ts';

const browser = await launch();
test.after.always(() => browser.close());

const NEW_PASSWORD = 'a robin builds in spring';
const MOST_STEPS = 40;

/** Where the focus is, and whether it is seen there. */
const FOCUSED = `(() => {
  const { activeElement: one } = document;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return { isBody: one === document.body, isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2, html: one.outerHTML.slice(0, 120) };
})()`;

interface Focused {
  readonly isBody: boolean;
  readonly isSeen: boolean;
  readonly html: string;
}

interface Keyboard {
  /** Goes there by Tab, from wherever the focus is. */
  to(selector: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  press(selector: string): Promise<void>;
}

function keyboardOf(t: ExecutionContext, page: Page): Keyboard {
  const isAt = (selector: string) => page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`);
  async function to(selector: string): Promise<void> {
    await page.waitForSelector(selector);
    for (let step = 0; !(await isAt(selector)); step += 1) {
      if (step === MOST_STEPS) throw new Error(`Tab never reaches ${selector}`);
      await page.keyboard.press('Tab');
      const { isBody, isSeen, html } = (await page.evaluate(FOCUSED)) as Focused;
      t.true(isBody || isSeen, `the focus is not seen at ${html}`);
    }
  }
  return {
    to,
    async fill(selector, text) {
      await to(selector);
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(text);
    },
    async press(selector) {
      await to(selector);
      await page.keyboard.press('Enter');
    },
  };
}

interface Visit extends Keyboard {
  readonly page: Page;
  readonly fixture: Fixture;
}

function byKeyboard(journey: string, go: (t: ExecutionContext, visit: Visit) => Promise<void>): void {
  test.serial(`${journey} by keyboard alone`, async (t) => {
    const fixture = await openProvider(t, { name: 'sqlite' });
    const context = await browser.newContext();
    t.teardown(() => context.close());
    const page = await context.newPage();
    await go(t, { page, fixture, ...keyboardOf(t, page) });
  });
}

byKeyboard('a sign-in with a wrong password and consent', async (t, { page, fixture, fill, press, to }) => {
  const { app, user } = fixture;
  await page.goto(app);
  await press('#sign-in');
  await page.waitForSelector('#login:focus');
  await fill('#login', user.email);
  await fill('#password', 'a robin sleeps in winter');
  await press('#login-submit');
  await page.waitForSelector('#problem');
  await page.waitForSelector('#password[aria-describedby=problem]:focus');
  await fill('#password', user.password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#consent-submit');
  await to('a.aside');
  await press('#consent-submit');
  await page.waitForSelector('#greeting');
  t.is(page.url(), `${app}/`);
});

byKeyboard('a registration', async (t, { page, fixture, fill, press }) => {
  const email = 'wren@example.com';
  await page.goto(fixture.app);
  await press('#sign-in');
  await press('#register');
  await page.waitForSelector('#email:focus');
  await fill('#email', email);
  await fill('#password', 'wren');
  await press('#register-submit');
  await page.waitForSelector('#problem:focus');
  await press('#problem a');
  await page.waitForSelector('#password:focus');
  await fill('#password', 'seven quiet otters upstream');
  await press('#register-submit');
  await page.waitForSelector('#code');
  await page.goto(String((await mailsTo(fixture.latchkey, email)).at(-1)?.link));
  await press('#confirm-submit');
  await press('#consent-submit');
  await page.waitForSelector('#greeting');
  t.pass();
});

byKeyboard('a new password after it was forgotten', async (t, { page, fixture, fill, press }) => {
  const { latchkey, user } = fixture;
  await page.goto(fixture.app);
  await press('#sign-in');
  await press('#forgot-password');
  await page.waitForSelector('#email:focus');
  await fill('#email', user.email);
  await press('#recover-submit');
  await page.waitForSelector('#mail-sent');
  await page.goto(String((await mailsTo(latchkey, user.email)).at(-1)?.link));
  await fill('#password', 'robin');
  await press('#reset-submit');
  await page.waitForSelector('#problem:focus');
  await fill('#password', NEW_PASSWORD);
  await press('#reset-submit');
  await page.waitForSelector('#password-changed');
  await press('main a.button.primary');
  await fill('#login', user.email);
  await fill('#password', NEW_PASSWORD);
  await press('#login-submit');
  await press('#consent-submit');
  await page.waitForSelector('#greeting');
  t.pass();
});

byKeyboard('a change of the password at /account', async (t, { page, fixture, fill, press }) => {
  const { latchkey, user } = fixture;
  await page.goto(`${latchkey.issuer}/account`);
  await fill('#login', user.email);
  await fill('#password', user.password);
  await press('#login-submit');
  await fill('#new-password', 'robin');
  await press('#password-submit');
  await page.waitForSelector('#new-password[aria-describedby~=password-problem]:focus');
  await fill('#new-password', NEW_PASSWORD);
  await press('#password-submit');
  await page.waitForSelector('[data-message=password_changed]');
  t.pass();
});
