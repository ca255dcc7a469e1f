/** Second factors: a key that is set up at /account, recovery codes, a remembered device, and a sign-in that waits for a code. */
import { codesOn, secretOn } from '../../account/factors.ts';
import { codeOfSecret } from '../../support/factors.ts';
import { newUser } from '../../support/user.ts';
import { ada, type Fixture } from './fixture.ts';

const STEP_MILLISECONDS = 30_000;
const RIGHT = { login: ada.email, password: ada.password };

const browser = () => newUser({ stopAt: 'https://app.example.com/', headers: { 'user-agent': ada.userAgent } });

/** Returns the recovery codes. The last of all: from then on every sign-in of hers is asked for a code. */
export async function setUpFactors({ app, wire }: Fixture): Promise<readonly string[]> {
  const user = browser();
  const login = await user.open(`${wire.address}/account/factors/app`);
  const key = await user.submit(login, 'login-submit', RIGHT);
  const secret = secretOn(key);
  const now = Date.now();
  const code = codeOfSecret(secret, now);
  const added = await user.submit(key, 'totp-confirm', { code, name: 'Telephone of Quillfeather' });
  await user.open(`${wire.address}/account`);
  const other = browser();
  const asked = await other.submit(await other.open(app.request().url), 'login-submit', RIGHT);
  const next = codeOfSecret(secret, now + STEP_MILLISECONDS);
  await other.submit(asked, 'mfa-submit', { code: next, remember_device: 'yes' });
  const third = browser();
  const passkey = JSON.stringify({ id: 'a passkey of Quillfeather', response: {} });
  await third.submit(await third.open(app.request().url), 'passkey', { passkey });
  const waiting = await third.submit(await third.open(app.request().url), 'login-submit', RIGHT);
  await third.submit(waiting, 'send-code-mail');
  return codesOn(added);
}
