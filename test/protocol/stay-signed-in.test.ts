/** "Stay signed in": what its box changes, and what it says at first. */
import test, { type ExecutionContext } from 'ava';
import { newVisitor, ownProvider, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { type App, PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { isActive } from './introspecting.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const fixture = await sharedProvider();
const { newApp } = fixture;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

const isTicked = ({ body }: Page): boolean => /<input id="remember"[^>]* checked>/.test(body);

async function enter(app: App, { user = newVisitor(), isRemembered = false, parameters = {}, login = '' }: Entry) {
  const { url, verifier } = app.request(parameters);
  const { email } = login === '' ? await fixture.newAccount() : { email: login };
  const box = { remember: isRemembered ? ['yes'] : [] };
  const page = await user.submit(await user.open(url), 'login-submit', { login: email, password: PASSWORD, ...box });
  const last = page.body.includes('id="consent-submit"') ? await user.submit(page, 'consent-submit') : page;
  return { user, login: email, page, verifier, code: toldApp(last).code ?? '' };
}

interface Entry {
  readonly user?: User;
  readonly isRemembered?: boolean;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly login?: string;
}

async function cookieOf({ jar }: User, name: RegExp) {
  return (await jar.serialize()).cookies.find(({ key }) => name.test(String(key)));
}

const silently = async (app: App, user: User) => toldApp(await user.open(app.request({ prompt: 'none' }).url)).error;

test.serial('ticked, the session cookie outlives the browser, and the browser remembers the account', async (t) => {
  const { user } = await enter(await newApp(), { isRemembered: true });
  t.true((await cookieOf(user, /^latchkey$/))?.expires !== undefined);
  t.not(await cookieOf(user, /latchkey_device/), undefined);
});

test.serial('unticked, the session cookie goes with the browser, and no device cookie is set', async (t) => {
  const { user } = await enter(await newApp(), {});
  const session = await cookieOf(user, /^latchkey$/);
  t.not(session, undefined);
  t.true(session?.expires === undefined || session.expires === 'Infinity');
  t.is(await cookieOf(user, /latchkey_device/), undefined);
});

test.serial('unticked, the session ends an hour after the sign-in, however much it is used', async (t) => {
  const app = await newApp();
  const { user } = await enter(app, {});
  for (let quarter = 1; quarter < 4; quarter += 1) {
    advance(15 * MINUTE);
    t.is(await silently(app, user), undefined);
  }
  advance(15 * MINUTE + 30);
  t.is(await silently(app, user), 'login_required');
});

test.serial('ticked, it lives on', async (t) => {
  const app = await newApp();
  const { user } = await enter(app, { isRemembered: true });
  advance(5 * HOUR);
  t.is(await silently(app, user), undefined);
});

test.serial('what an app has by a session that is not kept ends with it', async (t) => {
  const app = await newApp();
  const { code, verifier } = await enter(app, {});
  const { body } = await redeem(app, { code, verifier });
  advance(HOUR + MINUTE);
  t.false(await isActive(app, body.refresh_token ?? ''));
  t.is(
    (await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' })).body.error,
    'invalid_grant',
  );
});

test.serial('a form that comes back keeps the box as it was', async (t) => {
  const app = await newApp();
  const { email: login } = await fixture.newAccount();
  for (const [box, expected] of [
    [{ remember: [] }, false],
    [{}, true],
  ] as const) {
    const user = newVisitor();
    const page = await user.open(app.request().url);
    for (const fields of [
      { login, password: 'not this one' },
      { login, password: '' },
      { login: '', password: 'x' },
    ])
      t.is(isTicked(await user.submit(page, 'login-submit', { ...fields, ...box })), expected);
  }
});

for (const isRemembered of [true, false]) {
  test.serial(`where somebody enters the password again, the box says what holds: ${isRemembered}`, async (t) => {
    const app = await newApp();
    const { user } = await enter(app, { isRemembered });
    t.is(isTicked(await user.open(app.request({ prompt: 'login' }).url)), isRemembered);
  });
}

test.serial('whoever ticks it later stays signed in from then on, and the other way round', async (t) => {
  const app = await newApp();
  const { user, login } = await enter(app, {});
  await enter(app, { user, login, isRemembered: true, parameters: { prompt: 'login' } });
  advance(3 * HOUR);
  t.is(await silently(app, user), undefined);
  await enter(app, { user, login, parameters: { prompt: 'login' } });
  advance(HOUR + MINUTE);
  t.is(await silently(app, user), 'login_required');
});

test.serial('a value that the box does not have is none', async (t) => {
  const app = await newApp();
  const { email: login } = await fixture.newAccount();
  const user = newVisitor();
  const page = await user.open(app.request().url);
  await user.submit(page, 'login-submit', { login, password: PASSWORD, remember: 'x'.repeat(3000) });
  t.is(await cookieOf(user, /latchkey_device/), undefined);
});

async function saysAtFirst(t: ExecutionContext, environment: Readonly<Record<string, string>>): Promise<boolean> {
  const provider = await ownProvider(t, { environment });
  return isTicked(await newVisitor().open((await provider.newApp()).request().url));
}

test.serial('it is ticked at first unless REMEMBER_DEFAULT is off', async (t) => {
  t.true(await saysAtFirst(t, {}));
  t.true(await saysAtFirst(t, { REMEMBER_DEFAULT: 'on' }));
  t.false(await saysAtFirst(t, { REMEMBER_DEFAULT: 'off' }));
});

test.serial('whoever unticks it later is no longer remembered by the browser', async (t) => {
  const app = await newApp();
  const { user, login } = await enter(app, { isRemembered: true });
  await enter(app, { user, login, parameters: { prompt: 'login' } });
  t.is(await cookieOf(user, /latchkey_device/), undefined);
});
