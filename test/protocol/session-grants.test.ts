/** The one grant that a session and an app share: what parallel tabs add to it, and who makes it when its maker died. */

import test, { type ExecutionContext } from 'ava';
import { sessionIdHash } from '../../src/storage/issued/sessions.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { startInstallation } from '../support/installation.ts';
import { type App, appOf, CALLBACK, codeOf, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';

const LOGIN = 'ada@example.com';
const DAY = 24 * 3600 * 1000;

/** Somebody who has signed in to an app that asked for nothing more. */
async function start(t: ExecutionContext, metadata: object = {}) {
  const gates = gatedRecords();
  const latchkey = await startInstallation({ wrapRecords: gates.wrapRecords });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const newApp = async (): Promise<App> => appOf(latchkey, await latchkey.createClient({ ...WEB_APP, ...metadata }));
  const app = await newApp();
  const user = newUser({ stopAt: CALLBACK });
  await signIn(user, app.request({ scope: 'openid' }).url, LOGIN);
  return { gates, latchkey, app, newApp, user };
}

async function redeem(app: App, code: string, verifier: string) {
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
  return (await app.token(form)).body;
}

test('two tabs that allow different things at once both get what they allowed', async (t) => {
  const { gates, app, user } = await start(t);
  const [mail, profile] = [app.request({ scope: 'openid email' }), app.request({ scope: 'openid profile' })];
  const [mailPage, profilePage] = [await user.open(mail.url), await user.open(profile.url)];
  const save = gates.holdNext('replace', 'grants');
  const late = user.submit(mailPage, 'consent-submit');
  await save.reached;

  const profileCode = codeOf(await user.submit(profilePage, 'consent-submit'));
  save.release();
  const mailCode = codeOf(await late);

  t.is((await redeem(app, profileCode, profile.verifier)).scope, 'openid profile');
  t.is((await redeem(app, mailCode, mail.verifier)).scope, 'openid email');
});

test('a grant whose maker died before it was written is made by the next tab, under another id', async (t) => {
  const { latchkey, newApp, user } = await start(t, { first_party: true });
  const { sessions, grants, issued } = latchkey.installation;
  const cookies = await user.jar.getCookies(latchkey.issuer);
  const value = cookies.find(({ key }) => key === 'latchkey')?.value ?? '';
  const uid = (await sessions.findBySessionId(sessionIdHash(value)))?.document.uid ?? '';
  const app = await newApp();
  await grants.reserve(uid, app.client.client_id, 'never written', Date.now() + DAY);

  const { url, verifier } = app.request({ prompt: 'none' });
  const code = codeOf(await user.open(url));

  t.truthy((await redeem(app, code, verifier)).access_token);
  t.is(await issued.find('Grant', 'never written'), undefined);
  t.not(await grants.findReserved(uid, app.client.client_id), 'never written');
});

test('a grant lives longer once it allows access while nobody is signed in', async (t) => {
  const { latchkey, app, user } = await start(t);
  const lifetime = async (): Promise<number> => {
    const [grant] = await latchkey.installation.records.list('grants', { limit: 2 });
    return (grant?.expiresAt ?? 0) - Date.now();
  };
  t.true((await lifetime()) < 100 * DAY);

  await signIn(user, app.request({ scope: 'openid offline_access', prompt: 'consent' }).url, LOGIN);

  // RFC 6749 1.5: refresh tokens are good for 366 days, and none of them outlives its grant.
  t.true((await lifetime()) > 366 * DAY);
});
