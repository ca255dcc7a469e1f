/** Passkeys as a user meets them, with the virtual authenticator of Chromium. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { launch } from '../support/browser.ts';
import { type Fixture, openProvider } from './fixture.ts';
import { allow, enterPassword, startSignIn } from './steps.ts';

const browser = await launch();
test.after.always(() => browser.close());

interface Keys {
  /** Whether its owner touches it when it asks. */
  touched(isTouched: boolean): Promise<unknown>;
  /** Whether it knows the owner's finger. */
  unlocked(isUnlocked: boolean): Promise<unknown>;
}

/** A phone or a computer with a fingerprint reader. */
async function addAuthenticator(page: Page): Promise<Keys> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    touched: (enabled) => cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    unlocked: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

interface Visit {
  readonly page: Page;
  readonly fixture: Fixture;
  readonly keys: Keys;
  /** What the security events say of sign-ins since it was asked last. */
  signIns(): readonly string[];
}

/** Somebody who has added a passkey at /account, and has left. */
async function visit(t: ExecutionContext): Promise<Visit> {
  const fixture = await openProvider(t, { name: 'sqlite' });
  const context = await browser.newContext();
  t.teardown(() => context.close());
  const page = await context.newPage();
  const keys = await addAuthenticator(page);
  await page.goto(`${fixture.latchkey.issuer}/account`);
  await enterPassword(page, fixture);
  await page.click('#passkey-start');
  await page.fill('#name', NAME);
  await browser.screenshot(page, 'passkeys-1-add');
  await page.click('#passkey-add');
  await page.waitForSelector('#recovery-codes li');
  await keys.touched(false);
  await context.clearCookies();
  let seen = 0;
  const signIns = () => {
    const found = fixture.latchkey.logged.filter(({ event }) => String(event).startsWith('sign_in.'));
    const since = found.slice(seen).map(({ event, reason }) => `${event} ${reason}`);
    seen = found.length;
    return since;
  };
  signIns();
  return { page, fixture, keys, signIns };
}

const NAME = 'My <b>phone</b>';

test('a passkey that was added at /account signs in alone, and whoever cancels keeps what was typed', async (t) => {
  const { page, fixture, keys, signIns } = await visit(t);
  const { passkeys } = await fixture.latchkey.installation.factors.get(fixture.user.id);
  t.like(passkeys, [{ name: NAME, transports: ['internal'], deviceType: 'singleDevice' }]);

  await startSignIn(page, fixture.app);
  await page.fill('input[name=login]', 'half an addr');
  await browser.screenshot(page, 'passkeys-2-login');
  await keys.unlocked(false);
  await keys.touched(true);
  await page.click('#passkey');
  await page.waitForSelector('#passkey-problem:visible');
  await browser.screenshot(page, 'passkeys-3-cancelled');
  t.is(await page.inputValue('input[name=login]'), 'half an addr');

  await keys.unlocked(true);
  await page.click('#passkey');
  await allow(page);
  await page.waitForSelector('#greeting');
  t.deepEqual(signIns(), ['sign_in.succeeded passkey']);
});

test('a browser that offers passkeys in the field for the address needs no button', async (t) => {
  const { page, fixture, keys, signIns } = await visit(t);
  // The virtual one takes what is offered, as soon as it is.
  await keys.touched(true);
  await startSignIn(page, fixture.app);
  await allow(page);
  await page.waitForSelector('#greeting');
  t.deepEqual(signIns(), ['sign_in.succeeded passkey']);
});

test('after a password the passkey is the second factor', async (t) => {
  const { page, fixture, keys, signIns } = await visit(t);
  await startSignIn(page, fixture.app);
  await enterPassword(page, fixture);
  await page.waitForSelector('#passkey:visible');
  t.true(await page.isHidden('#no-way'));
  await browser.screenshot(page, 'passkeys-4-second-factor');
  await keys.touched(true);
  await page.click('#passkey');
  await allow(page);
  await page.waitForSelector('#greeting');
  t.deepEqual(signIns(), ['sign_in.succeeded second_factor']);
});

test('without JavaScript nothing of passkeys is shown where one signs in, and /account says what it takes', async (t) => {
  const fixture = await openProvider(t, { name: 'sqlite' });
  const context = await browser.newContext({ javaScriptEnabled: false });
  t.teardown(() => context.close());
  const page = await context.newPage();
  await page.goto(`${fixture.latchkey.issuer}/account`);
  t.true(await page.isHidden('#passkey'));
  await enterPassword(page, fixture);
  await page.click('#passkey-start');
  t.true(await page.isVisible('#no-passkeys'));
  t.true(await page.isHidden('#passkey-add'));
});
