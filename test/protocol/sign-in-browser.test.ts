/** A sign-in goes on in the browser that began it, and in no other: no cookie that somebody tosses swaps it. */
import { createHash } from 'node:crypto';
import test from 'ava';
import { type Cookie, CookieJar } from 'tough-cookie';
import { LOGIN, newVisitor, OTHER_LOGIN, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, codeOf, PASSWORD, signIn } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { newUser } from '../support/user.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
const BROWSER = 'latchkey_browser_';
const MOST_COOKIES = 16;

async function cookiesOf(user: User): Promise<readonly Cookie[]> {
  return (await user.jar.serialize()).cookies as unknown as readonly Cookie[];
}

async function browserCookies(user: User): Promise<readonly Cookie[]> {
  return (await cookiesOf(user)).filter(({ key }) => key.startsWith(BROWSER));
}

/** Of a browser that began no two sign-ins at once. */
async function browserCookie(user: User): Promise<string | undefined> {
  return (await browserCookies(user)).find(({ value }) => /^[\w-]{43}$/.test(value))?.value;
}

/** A browser with the other's cookies, but for those that are bound to it: as a sibling domain can toss them. */
async function tossed(from: User, to: User, which: (cookie: Cookie) => boolean = () => true): Promise<void> {
  const theirs = (await cookiesOf(from)).filter((cookie) => !cookie.key.startsWith(BROWSER) && which(cookie));
  for (const cookie of theirs)
    await to.jar.setCookie(`${cookie.key}=${cookie.value}; Path=${cookie.path}`, `${issuer}${cookie.path}`);
}

const isExpired = (page: Page): boolean => page.status === 400 && /no longer valid|has no cookie/.test(textOf(page));

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
  const cookie = [page.headers['set-cookie'] ?? []].flat().find((one) => one.startsWith(BROWSER));
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
    await user.jar.setCookie(`${BROWSER}0=${encodeURIComponent(value)}; Path=/`, issuer);
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

test('each use of a sign-in in another browser is one refusal, which names the sign-in and its client', async (t) => {
  const [attacker, victim] = [stepper(), stepper()];
  const app = await newApp();
  const login = await attacker.open((await attacker.open(app.request().url)).url);
  const finished = await attacker.submit(login, 'login-submit', { login: OTHER_LOGIN, password: PASSWORD });
  await tossed(attacker, victim);
  const linesOfApp = () => latchkey.logged.filter(({ clientId }) => clientId === app.client.client_id);
  const before = linesOfApp();
  await victim.open(login.url);
  await victim.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  await victim.open(finished.url);
  const refused = linesOfApp()
    .slice(before.length)
    .filter(({ event }) => event !== undefined);
  t.deepEqual(
    refused.map(({ event, reason, signInId }) => ({ event, reason, signInId })),
    Array.from({ length: 3 }, () => ({
      event: 'request.refused',
      reason: 'other_browser',
      signInId: before[0]?.signInId,
    })),
  );
  t.is(typeof before[0]?.signInId, 'string');
});

test('a browser that lost its cookie, or has another, begins anew', async (t) => {
  for (const value of [undefined, createHash('sha256').update('other').digest('base64url')]) {
    const user = stepper();
    const login = await atLogin(user);
    const jar = new CookieJar();
    for (const cookie of (await user.jar.serialize()).cookies)
      if (!String(cookie.key).startsWith(BROWSER))
        await jar.setCookie(`${cookie.key}=${cookie.value}; Path=${cookie.path}`, `${issuer}${cookie.path}`);
    if (value !== undefined) await jar.setCookie(`${BROWSER}0=${value}; Path=/`, issuer);
    t.true(isExpired(await newUser({ stopAt: 'http', jar }).open(login.url)));
  }
});

/** First tabs of a new browser: all of them ask before one of them is answered. */
async function openAtOnce(user: User, tabs: number): Promise<readonly Page[]> {
  const app = await newApp();
  const begun = await Promise.all(Array.from({ length: tabs }, () => user.open(app.request().url)));
  return Promise.all(begun.map(({ url }) => user.open(url)));
}

for (const tabs of [2, 3, 10]) {
  // Alone: the new browsers of other tests take turns at the same cookies.
  test.serial(`${tabs} first tabs of a browser, opened at once, all lead on`, async (t) => {
    const user = stepper();
    const pages = await openAtOnce(user, tabs);
    t.deepEqual([...new Set(pages.map(({ status }) => status))], [200]);
    t.is((await browserCookies(user)).length, tabs);
    for (const page of pages) {
      const posted = await user.submit(page, 'login-submit', { login: LOGIN, password: PASSWORD });
      t.true(posted.url.startsWith(`${issuer}/auth/`), posted.body);
      const resumed = await user.open(posted.url);
      t.true(resumed.url.startsWith(`${issuer}/interaction/`) || resumed.url.startsWith(CALLBACK), resumed.body);
    }
  });
}

test('none of the sign-ins that another browser began at once goes on here', async (t) => {
  const [attacker, victim] = [stepper(), stepper()];
  const theirs = await openAtOnce(attacker, 3);
  await openAtOnce(victim, 3);
  for (const login of theirs) {
    await tossed(attacker, victim);
    t.true(isExpired(await victim.open(login.url)));
    t.true(isExpired(await victim.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD })));
  }
});

test('a browser that has a cookie gets no other, and one that is asked without its cookies gets a bounded number', async (t) => {
  const user = newVisitor();
  await openAtOnce(user, 3);
  const before = await browserCookies(user);
  for (let times = 0; times < 5; times += 1) await atLogin(user);
  t.deepEqual(
    (await browserCookies(user)).map(({ key, value }) => [key, value]),
    before.map(({ key, value }) => [key, value]),
  );
  const names = new Set<string>();
  for (let times = 0; times < 2 * MOST_COOKIES; times += 1) {
    const fresh = newVisitor();
    await atLogin(fresh);
    for (const { key } of await browserCookies(fresh)) names.add(key);
  }
  t.true(names.size <= MOST_COOKIES);
});
