/** The whole story of guessing on one account, over HTTP: what strangers get, and that its owner still gets in. */
import test from 'ava';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { LOGIN, newVisitor, ownProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

const ADDRESSES = 200;
const GUESSES_OF_EACH = 4;
const AT_ONCE = 20;

const from = (address: string): User => newVisitor({ headers: { 'x-forwarded-for': address } });
const stranger = (n: number): string => `198.${18 + (n % 2)}.${n}.7`;
const isIn = (page: Page): boolean => page.body.includes('id="consent-submit"');

await forEachDatabase(test, ({ name }) => {
  test(`${name}: 800 guesses from 200 addresses are bounded, and the owner gets in from a known device and from home`, async (t) => {
    const { latchkey, newApp } = await ownProvider(t, { database: name, user: { username: 'ada' } });
    const app = await newApp();
    const attempt = async (user: User, login: string, password: string): Promise<Page> =>
      user.submit(await user.open(app.request({ prompt: 'login' }).url), 'login-submit', { login, password });

    const owner = from('192.0.2.10');
    t.true(isIn(await attempt(owner, LOGIN, PASSWORD)));

    const statuses = new Map<number, number>();
    const words = new Set<string>();
    const guess = async (n: number): Promise<void> => {
      const login = n % 3 === 0 ? 'ada' : LOGIN;
      const page = await attempt(from(stranger(n % ADDRESSES)), login, `guess ${n}`);
      statuses.set(page.status, (statuses.get(page.status) ?? 0) + 1);
      if (page.status === 429) {
        t.true(Number(page.headers['retry-after']) >= 1);
        words.add(/Too many attempts\./.exec(page.body)?.[0] ?? page.body);
      }
    };
    for (let done = 0; done < ADDRESSES * GUESSES_OF_EACH; done += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => guess(done + n)));
    }
    t.deepEqual(Object.fromEntries(statuses), {
      400: budgets.account.limit,
      429: ADDRESSES * GUESSES_OF_EACH - budgets.account.limit,
    });
    t.deepEqual([...words], ['Too many attempts.']);

    // The owner's cookies in a network where nobody has been; a new device at home; a new device elsewhere.
    const abroad = newVisitor({ headers: { 'x-forwarded-for': '203.0.113.5' } });
    for (const cookie of await owner.jar.getCookies(latchkey.issuer)) {
      if (cookie.key === 'latchkey_device') await abroad.jar.setCookie(cookie, latchkey.issuer);
    }
    t.is((await attempt(from('203.0.114.5'), LOGIN, PASSWORD)).status, 429);
    t.true(isIn(await attempt(abroad, LOGIN, PASSWORD)));
    t.true(isIn(await attempt(from('192.0.2.77'), LOGIN, PASSWORD)));

    // What the cookie says of one account is of no use for another.
    const other = await latchkey.createAccount({ email: 'other@example.com', password: PASSWORD });
    for (let n = 0; n < budgets.account.limit; n += 1) await attempt(from(stranger(n)), other.email, `guess ${n}`);
    t.is((await attempt(abroad, other.email, PASSWORD)).status, 429);
    t.is((await attempt(owner, other.email, PASSWORD)).status, 429);
  });
});
