/** How old a sign-in may be, and how long what was issued lives. */
import test from 'ava';
import { decodeJwt } from 'jose';
import { LOGIN, obtainCode, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const { newApp } = await sharedProvider();

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
