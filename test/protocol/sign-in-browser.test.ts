/** A sign-in goes on in the browser that began it, and in no other: no cookie that somebody tosses swaps it. */
import { createHash } from 'node:crypto';
import test from 'ava';
import { type Cookie, CookieJar } from 'tough-cookie';
import { LOGIN, newVisitor, OTHER_LOGIN, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { codeOf, PASSWORD, signIn } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { newUser } from '../support/user.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
const BROWSER = 'latchkey_browser';

async function cookiesOf(user: User): Promise<readonly Cookie[]> {
  return (await user.jar.serialize()).cookies as unknown as readonly Cookie[];
}

async function browserCookie(user: User): Promise<string | undefined> {
  return (await cookiesOf(user)).find(({ key }) => key === BROWSER)?.value;
}

/** A browser with the other's cookies, but for those that are bound to it: as a sibling domain can toss them. */
async function tossed(from: User, to: User, which: (cookie: Cookie) => boolean = () => true): Promise<void> {
  const theirs = (await cookiesOf(from)).filter((cookie) => cookie.key !== BROWSER && which(cookie));
  for (const cookie of theirs)
    await to.jar.setCookie(`${cookie.key}=${cookie.value}; Path=${cookie.path}`, `${issuer}${cookie.path}`);
}

const isExpired = (page: Page): boolean => page.status === 400 && textOf(page).includes('no longer valid');

const stepper = (): User => newUser({ stopAt: 'http' });

async function atLogin(user: User): Promise<Page> {
  const { url } = (await newApp()).request();
  return user.open((await user.open(url)).url);
}

test('a browser gets a cookie of 256 random bits at /auth, and keeps it', async (t) => {
  const [user, another] = [newVisitor(), newVisitor()];
  const app = await newApp();
  await user.open(app.request().url);
  const first = await browserCookie(user);
  t.regex(first ?? '', /^[\w-]{43}$/);
  await user.open(app.request().url);
  t.is(await browserCookie(user), first);
  await another.open(app.request().url);
  t.not(await browserCookie(another), first);
});

test('the cookie is for this host alone, and no script reads it', async (t) => {
  const page = await stepper().open((await newApp()).request().url);
  const cookie = [page.headers['set-cookie'] ?? []].flat().find((one) => one.startsWith(`${BROWSER}=`));
  t.regex(cookie ?? '', /; path=\/; expires=[^;]+; samesite=lax; httponly$/);
});

test('a page that begins no sign-in sets no cookie', async (t) => {
  const { client, request } = await newApp();
  const paths = ['/', '/livez', '/jwks', '/nowhere', '/interaction/some', `/auth?client_id=${client.client_id}`];
  for (const url of [...paths.map((path) => `${issuer}${path}`), request({ prompt: 'none' }).url]) {
    const user = stepper();
    await user.open(url);
    t.is(await browserCookie(user), undefined, url);
  }
});

test('a cookie that is none of ours is replaced', async (t) => {
  for (const value of ['', 'x', 'a'.repeat(44), 'ä'.repeat(43), '../../../../../../../../../../../../../../']) {
    const user = newVisitor();
    await user.jar.setCookie(`${BROWSER}=${encodeURIComponent(value)}; Path=/`, issuer);
    t.is((await atLogin(user)).status, 200);
    t.regex((await browserCookie(user)) ?? '', /^[\w-]{43}$/);
  }
});

test('the sign-in page of another browser is expired here', async (t) => {
  const [attacker, victim] = [stepper(), stepper()];
  const login = await atLogin(attacker);
  await atLogin(victim);
  await tossed(attacker, victim);
  t.true(isExpired(await victim.open(login.url)));
  t.is((await attacker.open(login.url)).status, 200);
});

for (const button of ['login-submit', 'abort']) {
  test(`${button} of another browser's sign-in changes nothing`, async (t) => {
    const [attacker, victim] = [stepper(), stepper()];
    const login = await atLogin(attacker);
    await atLogin(victim);
    await tossed(attacker, victim);
    const posted = await victim.submit(login, button, { login: LOGIN, password: PASSWORD });
    t.true(isExpired(posted));
    const own = await attacker.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
    t.true(own.url.startsWith(`${issuer}/auth/`));
  });
}

test("consent to another browser's sign-in changes nothing", async (t) => {
  const [attacker, victim] = [stepper(), stepper()];
  const login = await atLogin(attacker);
  const resumed = await attacker.open(
    (await attacker.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD })).url,
  );
  const consent = await attacker.open(resumed.url);
  await atLogin(victim);
  await tossed(attacker, victim);
  t.true(isExpired(await victim.submit(consent, 'consent-submit')));
  t.true((await attacker.submit(consent, 'consent-submit')).url.startsWith(`${issuer}/auth/`));
});

test('a sign-in that was finished in another browser signs nobody in here, and still goes on there', async (t) => {
  const [attacker, victim] = [stepper(), newVisitor()];
  const login = await atLogin(attacker);
  const finished = await attacker.submit(login, 'login-submit', { login: OTHER_LOGIN, password: PASSWORD });
  const app = await newApp();
  t.truthy(codeOf(await signIn(victim, app.request().url, LOGIN)));
  const before = await victim.jar.getCookieString(issuer);

  await tossed(attacker, victim, ({ key }) => key.includes('resume') || key.includes('interaction'));
  t.true(isExpired(await victim.open(finished.url)));

  t.is(await victim.jar.getCookieString(issuer), before);
  t.truthy(toldApp(await victim.open(app.request({ prompt: 'none' }).url)).code);
  t.true((await attacker.open(finished.url)).url.startsWith(`${issuer}/interaction/`));
});

test('a browser that lost its cookie, or has another, begins anew', async (t) => {
  for (const value of [undefined, createHash('sha256').update('other').digest('base64url')]) {
    const user = stepper();
    const login = await atLogin(user);
    const jar = new CookieJar();
    for (const cookie of (await user.jar.serialize()).cookies)
      if (cookie.key !== BROWSER)
        await jar.setCookie(`${cookie.key}=${cookie.value}; Path=${cookie.path}`, `${issuer}${cookie.path}`);
    if (value !== undefined) await jar.setCookie(`${BROWSER}=${value}; Path=/`, issuer);
    t.true(isExpired(await newUser({ stopAt: 'http', jar }).open(login.url)));
  }
});
