/** How old a sign-in may be, and how long what was issued lives. */
import test from 'ava';
import { decodeJwt } from 'jose';
import {
  LOGIN,
  newVisitor,
  OTHER_LOGIN,
  obtainCode,
  redeem,
  sharedProvider,
  textOf,
  toldApp,
} from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp } from '../support/request-doors.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const fixture = await sharedProvider();
const { newApp } = fixture;
const credentials = { login: LOGIN, password: PASSWORD };

test.serial('max_age signs in again when the sign-in is older, and auth_time is the new one', async (t) => {
  const app = await newApp();
  const { user, ...first } = await obtainCode(app, { max_age: '1' });
  const { body: before } = await redeem(app, first);

  advance(2);
  t.is(toldApp(await user.open(app.request({ prompt: 'none', max_age: '1' }).url)).error, 'login_required');
  const { url, verifier } = app.request({ max_age: '1' });
  const login = await user.open(url);
  t.true(login.body.includes('id="login-submit"'), textOf(login));
  const page = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  const { body: after } = await redeem(app, { code: toldApp(page).code ?? '', verifier });

  const authTime = ({ id_token: token = '' }) => Number(decodeJwt(token).auth_time);
  t.is(authTime(after) - authTime(before), 2);
});

const freshSignIns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'max_age=5': { max_age: '5' },
  'max_age=0': { max_age: '0' },
  'prompt=login': { prompt: 'login' },
  'prompt=login and max_age=5': { prompt: 'login', max_age: '5' },
  'prompt=login consent': { prompt: 'login consent' },
};

for (const [demand, parameters] of Object.entries(freshSignIns)) {
  test.serial(`${demand} is met by a sign-in inside this request, however long consent took`, async (t) => {
    for (const door of Object.keys(doors)) {
      const app = await newSigningApp(fixture);
      const { user } = await obtainCode(await newApp());
      advance(20);
      const { page, verifier } = await comeIn(fixture, { door, app, user }, parameters);
      t.true(page.body.includes('id="login-submit"'), door);
      const consent = await user.submit(page, 'login-submit', credentials);
      const signedInAt = Date.now() / 1000;
      advance(15 * 60);
      const { code = '' } = toldApp(await user.submit(consent, 'consent-submit'));
      const { id_token: idToken = '' } = (await redeem(app, { code, verifier })).body;
      t.true(Math.abs(Number(decodeJwt(idToken).auth_time) - signedInAt) < 2, door);
    }
  });
}

test.serial('a sign-in before this request that grows too old while consent is open is not enough', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(await newApp());
  advance(50);
  const consent = await user.open(app.request({ max_age: '60' }).url);
  advance(30);
  const login = await user.submit(consent, 'consent-submit');
  t.true(login.body.includes('id="login-submit"'), textOf(login));
  t.true('code' in toldApp(await user.submit(login, 'login-submit', credentials)));
});

test.serial('a sign-in at another app meanwhile does not stand in for the one that this request demands', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  await obtainCode(app, { user });
  const login = await user.open(app.request({ prompt: 'login' }).url);
  await user.submit(await user.open((await newApp()).request({ prompt: 'login' }).url), 'login-submit', credentials);
  t.true((await user.open(login.url)).body.includes('id="login-submit"'));
});

test.serial(
  'an id_token_hint that has expired still names its account (OIDC Core 3.1.2.1), and no other',
  async (t) => {
    const app = await newApp();
    const { user, ...grant } = await obtainCode(app);
    const { id_token: hint = '' } = (await redeem(app, grant)).body;
    advance(2 * 3600);
    t.true(Number(decodeJwt(hint).exp) < Date.now() / 1000);
    const silent = app.request({ prompt: 'none', id_token_hint: hint });
    t.true('code' in toldApp(await user.open(silent.url)));
    const stranger = newVisitor();
    const login = await stranger.open(app.request({ id_token_hint: hint }).url);
    const wrong = await stranger.submit(login, 'login-submit', { ...credentials, login: OTHER_LOGIN });
    t.true(wrong.body.includes('data-problem="other_account"'));
  },
);
