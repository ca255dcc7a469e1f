/**
 * Takes the pictures of README.md and docs/pages.md from the demo, in light and dark: `npm run screenshots`. Look at them before they are
 * committed.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { startChromium } from './chromium/start-chromium.ts';
import { Children, onParentGone } from './demo/children.ts';
import { environmentsOf, makeFreshFolder, providerEnvironment } from './demo/environments.ts';
import { refuseTakenPorts } from './demo/port-check.ts';
import { addressOf, readPorts } from './demo/ports.ts';
import { waitUntilReady } from './demo/readiness.ts';
import { type Seeded, seed } from './demo/seed.ts';

const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
/** Of the whole folder: they are cloned with the code. */
const MOST_BYTES = 800_000;
/** As wide as it takes for a card and the ground around it. */
const VIEWPORT = { width: 640, height: 480 };
const QUALITY = 70;
/** Of the example app the beginning is enough. */
const MOST_HEIGHT_OF_APP = 720;
/** As far as its second factors. */
const MOST_HEIGHT_OF_ACCOUNT = 1800;

interface Walk {
  readonly page: Page;
  readonly issuer: string;
  readonly app: string;
  readonly seeded: Seeded;
  picture(name: string, mostHeight?: number): Promise<void>;
}

async function enter({ page, seeded }: Walk, password = seeded.password): Promise<void> {
  await page.fill('input[name=login]', seeded.email);
  await page.fill('input[name=password]', password);
  await page.click('#login-submit');
}

async function signIn(walk: Walk): Promise<void> {
  const { page, app, picture } = walk;
  await page.goto(app);
  await page.click('#sign-in');
  await page.waitForSelector('#login-submit');
  const stepAddress = page.url();
  await picture('login');
  await enter(walk, 'a guess');
  await page.waitForSelector('#problem');
  await picture('login-problem');
  await enter(walk);
  await page.waitForSelector('#consent-submit');
  await picture('consent');
  await page.click('a.aside');
  await page.waitForSelector('#other-account');
  await picture('select-account');
  await page.click('#account-0');
  await page.click('#consent-submit');
  await page.waitForSelector('#greeting');
  await picture('app-signed-in', MOST_HEIGHT_OF_APP);
  await page.goto(stepAddress);
  await picture('expired');
}

async function seeAccount(walk: Walk): Promise<void> {
  const { page, issuer, picture } = walk;
  await page.goto(`${issuer}/account`);
  await page.click('#password-prove');
  await enter(walk);
  await page.waitForSelector('#new-password');
  await picture('account', MOST_HEIGHT_OF_ACCOUNT);
}

/** Registers one; its secret is of the demo, which is gone by then. */
async function seeClients({ page, issuer, picture }: Walk): Promise<void> {
  await page.goto(`${issuer}/developer/new`);
  await page.fill('input[name=client_name]', 'Birdsong');
  await page.fill('textarea[name=redirect_uris]', 'https://birdsong.example/callback');
  await page.click('#client-create');
  await page.waitForSelector('#client-secret');
  await picture('developer', MOST_HEIGHT_OF_APP);
  await page.goto(`${issuer}/account`);
}

async function addFactor({ page, picture }: Walk): Promise<void> {
  await page.click('#totp-start');
  await page.waitForSelector('#totp-confirm');
  await picture('new-app');
  const secret = (await page.textContent('#totp-secret'))?.replaceAll(' ', '') ?? '';
  await page.fill('input[name=code]', new TOTP({ secret: Secret.fromBase32(secret) }).generate());
  await page.click('#totp-confirm');
  await page.waitForSelector('#recovery-codes');
  await picture('recovery-codes');
}

async function seeSecondFactor(walk: Walk): Promise<void> {
  const { page, app, picture } = walk;
  await page.goto(app);
  await page.click('#sign-in');
  await enter(walk);
  await page.waitForSelector('#mfa-submit');
  await picture('second-factor');
  await page.click('#abort');
}

async function signOut({ page, app, picture }: Walk): Promise<void> {
  await page.goto(app);
  await page.click('#sign-out');
  await page.waitForSelector('#logout-confirm');
  await picture('sign-out');
  await page.click('#logout-confirm');
  await page.waitForSelector('#sign-in, h1');
}

/** Of the newest mail, as development shows it. */
async function openMailedLink({ page, issuer }: Pick<Walk, 'page' | 'issuer'>): Promise<void> {
  await page.goto(`${issuer}/development/mails`);
  await page.locator('main a[href^="/development/mails/"]').first().click();
  await page.locator('#mail-text a').first().click();
  await page.waitForSelector('button.primary');
}

async function register({ page, issuer, app, picture }: Walk): Promise<void> {
  await page.goto(app);
  await page.click('#sign-in');
  await page.click('#register');
  await page.fill('input[name=email]', 'wren@example.com');
  await page.fill('input[name=name]', 'Wren Fledgling');
  await page.locator('input[name=password]').pressSequentially('seven quiet otters upstream');
  await picture('registration');
  await page.click('#register-submit');
  await page.waitForSelector('#code-submit');
  await picture('waiting');
  await openMailedLink({ page, issuer });
  await picture('confirmation');
}

async function seeOthers({ page, issuer, seeded, picture }: Walk): Promise<void> {
  await page.goto(`${issuer}/recover`);
  await picture('recovery');
  await page.fill('input[name=email]', seeded.email);
  await page.click('#recover-submit');
  await page.waitForSelector('main');
  await openMailedLink({ page, issuer });
  await picture('reset');
  await page.goto(`${issuer}/docs/errors/invalid_grant`);
  await picture('error-explained', MOST_HEIGHT_OF_APP);
  await page.goto(issuer);
  await picture('landing');
  await page.goto(`${issuer}/auth?client_id=unknown&response_type=code&scope=openid`);
  await picture('error');
  // Without an app: the page of the provider itself.
  await page.goto(`${issuer}/session/end`);
  if ((await page.locator('#logout-confirm').count()) > 0) await page.click('#logout-confirm');
  await page.waitForSelector('main');
  await picture('signed-out');
}

/** A third of the bytes of a PNG; Playwright alone does not write it. */
async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await session.detach();
  return Buffer.from(data, 'base64');
}

/** In a window as high as the page, so that what sticks to its end is at the end. */
async function showWhole(page: Page, mostHeight: number): Promise<void> {
  await page.setViewportSize(VIEWPORT);
  await page.evaluate('scrollTo(0, 0)');
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  await page.setViewportSize({ ...VIEWPORT, height: Math.min(height, mostHeight) });
}

async function takePictures(walk: Omit<Walk, 'page' | 'picture'>): Promise<void> {
  const browser = await startChromium();
  try {
    const page = await browser.newPage({ locale: 'en-GB', viewport: VIEWPORT });
    const picture: Walk['picture'] = async (name, mostHeight = Number.POSITIVE_INFINITY) => {
      await showWhole(page, mostHeight);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await writeFile(`${folder}${name}-${colorScheme}.webp`, await webp(page));
      }
    };
    for (const part of [signIn, seeAccount, seeClients, addFactor, signOut, seeSecondFactor, register, seeOthers])
      await part({ ...walk, page, picture });
  } finally {
    await browser.close();
  }
}

async function checkSize(): Promise<void> {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(`${folder}${name}`)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MOST_BYTES) throw new Error(`the pictures have ${bytes} bytes, and may have ${MOST_BYTES}`);
  console.log(`${sizes.length} pictures, ${bytes} bytes, in docs/pictures`);
}

const ports = readPorts(process.argv.slice(2));
await refuseTakenPorts(ports);
await makeFreshFolder(ports);
const seeded = await seed(providerEnvironment(ports), ports);
const children = new Children((name, how) => {
  console.error(`the ${name} ended unexpectedly (${how})`);
  process.exitCode = 1;
});
onParentGone(() => children.stop());
try {
  for (const [name, { program, environment }] of Object.entries(environmentsOf(ports, seeded)))
    children.start(name, program, environment);
  await waitUntilReady(ports, children.stopping);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await takePictures({ issuer: addressOf(ports.provider), app: addressOf(ports.app), seeded });
  await checkSize();
} finally {
  children.stop();
  await children.ended;
}
