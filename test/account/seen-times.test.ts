/** When sessions and apps were seen, as their owner reads it at /account. */
import test from 'ava';
import { advance, stopTime } from '../protocol/time.ts';
import { newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';
import { atAccount } from './fixture.ts';

stopTime();
const fixture = await sharedProvider();
const { issuer } = fixture.latchkey;

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const MINUTE = 60;
const HOUR = 60 * MINUTE;

const browserOf = (userAgent: string) => newVisitor({ headers: { 'user-agent': userAgent } });
/** To the minute, as the page says it. */
const now = (): string => `${new Date().toISOString().slice(0, 16)}Z`;

/** The times of the first entry of a section, in their order. */
function timesIn({ body }: Page, section: string): readonly string[] {
  const [, html = ''] =
    new RegExp(`id="${section}"[\\s\\S]*?<li([\\s\\S]*?)</li>\\s*(?:<li|</ul>\\s*</form>)`).exec(body) ?? [];
  return [...html.matchAll(/datetime="([^"]+)"/g)].map(([, time = '']) => time);
}

test.serial('a session was seen first when it began, and last when it was saved last', async (t) => {
  const began = now();
  const { user, page, account } = await atAccount(fixture, {}, browserOf(FIREFOX));
  t.deepEqual(timesIn(page, 'sessions'), [began, began]);
  advance(HOUR);
  await obtainCode(await fixture.newApp(), { user, login: account.email });
  t.deepEqual(timesIn(await user.open(`${issuer}/account`), 'sessions'), [began, now()]);
});

test.serial('the device is that of the latest sign-in, and the session is as old as it was', async (t) => {
  const began = now();
  const { user, account } = await atAccount(fixture, {}, browserOf(FIREFOX));
  advance(MINUTE);
  const updated = newVisitor({ jar: user.jar, headers: { 'user-agent': CHROME } });
  t.regex((await updated.open(`${issuer}/account`)).body, /<h3>Firefox on Linux/);
  const proof = await updated.open(`${issuer}/account/proof?section=password`);
  const page = await updated.submit(proof, 'login-submit', { login: account.email, password: PASSWORD });
  t.regex(page.body, /<h3>Chrome on Windows/);
  t.notRegex(page.body, /<h3>Firefox/);
  t.deepEqual(timesIn(page, 'sessions'), [began, now()]);
});

test.serial('what was seen of one account is not shown to the next one in the same browser', async (t) => {
  const { user } = await atAccount(fixture, {}, browserOf(FIREFOX));
  advance(HOUR);
  const next = await fixture.newAccount();
  const app = await fixture.newApp();
  const login = await user.open(app.request({ prompt: 'login' }).url);
  const handOver = await user.submit(login, 'login-submit', { login: next.email, password: PASSWORD });
  const consent = await user.submit(handOver, 'hand-over-submit');
  await user.submit(consent, 'consent-submit');
  t.deepEqual(timesIn(await user.open(`${issuer}/account`), 'sessions'), [now(), now()]);
});

test.serial('an app has access since it was first allowed anything, whatever was allowed later', async (t) => {
  const { user, account } = await atAccount(fixture);
  const app = await fixture.newApp();
  const allowed = now();
  await obtainCode(app, { user, login: account.email, scope: 'openid' });
  advance(HOUR);
  await obtainCode(app, { user, login: account.email, scope: 'openid email' });
  const [since] = timesIn(await user.open(`${issuer}/account`), 'apps');
  t.is(since, allowed);
});

test.serial('an app was last used when it got a code, or a refresh token', async (t) => {
  const { user, account } = await atAccount(fixture);
  const app = await fixture.newApp();
  const lastUsed = async () => timesIn(await user.open(`${issuer}/account`), 'apps')[1];
  const { body } = await redeem(app, await obtainCode(app, { user, login: account.email }));
  t.is(await lastUsed(), now());
  advance(HOUR);
  await obtainCode(app, { user, login: account.email, prompt: 'none' });
  t.is(await lastUsed(), now());
  advance(HOUR);
  const refreshed = await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  t.is(refreshed.statusCode, 200);
  t.is(await lastUsed(), now());
});
