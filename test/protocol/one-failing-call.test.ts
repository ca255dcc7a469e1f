/** One call on the database fails in the middle of a request: the answer says "try again", and trying again works. */
import test, { type ExecutionContext } from 'ava';
import type { Response } from 'got';
import { LOGIN, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { type App, codeOf, PASSWORD, signIn } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';
import { breakableStorage } from './broken-storage.ts';

const storage = breakableStorage();
const { latchkey, newApp } = await sharedProvider(storage);
const { issuer } = latchkey;
const MOST_CALLS = 45;

interface Outcome {
  readonly status: number;
  readonly retryAfter: unknown;
}

const ofPage = ({ status, headers }: Page): Outcome => ({ status, retryAfter: headers['retry-after'] });
const ofAnswer = ({ statusCode, headers }: Response<unknown>): Outcome => ({
  ...{ status: statusCode, retryAfter: headers['retry-after'] },
});

/** Fails the first call, then the second, until the request makes no more calls; `prepare` is asked anew each time. */
async function failEachCall<T>(
  t: ExecutionContext,
  prepare: () => Promise<T>,
  act: (prepared: T) => Promise<Outcome>,
  isWellAfterwards: (prepared: T, outcome: Outcome) => Promise<boolean>,
): Promise<void> {
  for (let call = 1; call <= MOST_CALLS; call += 1) {
    const prepared = await prepare();
    storage.failCall(call);
    const outcome = await act(prepared);
    const calls = storage.recover();
    const { status, retryAfter } = outcome;
    const wasHit = calls >= call;
    t.true(status < 500 || (status === 503 && Number(retryAfter) > 0), `call ${call} of ${calls}: ${status}`);
    if (!wasHit) {
      t.true(call > 1 && status < 400, `call ${call} of ${calls}: ${status}`);
      return;
    }
    t.true(await isWellAfterwards(prepared, outcome), `afterwards, call ${call} of ${calls}: ${status}`);
  }
  t.fail('the request never came to an end');
}

const credentials = { login: LOGIN, password: PASSWORD };

async function canSignIn(app: App): Promise<boolean> {
  return (await redeem(app, await obtainCode(app))).statusCode === 200;
}

test.serial('a sign-in that begins', async (t) => {
  const app = await newApp();
  await failEachCall(
    t,
    async () => newVisitor(),
    async (user) => ofPage(await user.open(app.request().url)),
    async (user) => 'code' in toldApp(await signIn(user, app.request().url, LOGIN)),
  );
});

test.serial('a password', async (t) => {
  const app = await newApp();
  await failEachCall(
    t,
    async () => {
      const user = newVisitor();
      return { user, page: await user.open(app.request().url) };
    },
    async ({ user, page }) => ofPage(await user.submit(page, 'login-submit', credentials)),
    async ({ user }) => 'code' in toldApp(await signIn(user, app.request().url, LOGIN)),
  );
});

test.serial('a consent', async (t) => {
  await failEachCall(
    t,
    async () => {
      const [app, user] = [await newApp(), newVisitor()];
      const login = await user.open(app.request().url);
      return { app, user, page: await user.submit(login, 'login-submit', credentials) };
    },
    async ({ user, page }) => ofPage(await user.submit(page, 'consent-submit')),
    async ({ app, user }) => {
      const { url, verifier } = app.request();
      const code = codeOf(await signIn(user, url, LOGIN));
      return (await redeem(app, { code, verifier })).statusCode === 200;
    },
  );
});

test.serial('a silent sign-in', async (t) => {
  const app = await newApp();
  await failEachCall(
    t,
    async () => (await obtainCode(app)).user,
    async (user) => ofPage(await user.open(app.request({ prompt: 'none' }).url)),
    async (user) => 'code' in toldApp(await user.open(app.request({ prompt: 'none' }).url)),
  );
});

test.serial('a code: it is good again, or it is used and no client holds tokens of it', async (t) => {
  const app = await newApp();
  await failEachCall(
    t,
    async () => obtainCode(app),
    async (grant) => ofAnswer(await redeem(app, grant)),
    async (grant) => {
      const { statusCode, body } = await redeem(app, grant);
      return (statusCode === 200 || body.error === 'invalid_grant') && (await canSignIn(app));
    },
  );
});

test.serial('a refresh: it can be tried again', async (t) => {
  const app = await newApp();
  const refresh = (token: string) => app.token({ grant_type: 'refresh_token', refresh_token: token });
  await failEachCall(
    t,
    async () => (await redeem(app, await obtainCode(app))).body.refresh_token ?? '',
    async (token) => ofAnswer(await refresh(token)),
    async (token) => (await refresh(token)).statusCode === 200,
  );
});

test.serial('introspection, revocation and userinfo', async (t) => {
  const app = await newApp();
  const newToken = async () => (await redeem(app, await obtainCode(app))).body.access_token;
  await failEachCall(
    t,
    newToken,
    async (token) => ofAnswer(await app.post('/token/introspection', { token })),
    async (token) => (await app.post('/token/introspection', { token })).body.active === true,
  );
  await failEachCall(
    t,
    newToken,
    async (token) => ofAnswer(await app.post('/token/revocation', { token })),
    async (token) => {
      await app.post('/token/revocation', { token });
      return (await app.post('/token/introspection', { token })).body.active === false;
    },
  );
});

test.serial('a sign-out: once it is told as done it is done, else it can be tried again', async (t) => {
  const app = await newApp();
  await failEachCall(
    t,
    async () => {
      const { user, ...grant } = await obtainCode(app);
      const { body } = await redeem(app, grant);
      return { user, body, page: await user.open(`${issuer}/session/end`) };
    },
    async ({ user, page }) => ofPage(await user.submit(page, 'logout-confirm')),
    async ({ user, body }) => {
      const again = await user.open(`${issuer}/session/end`);
      if (again.body.includes('id="logout-confirm"')) await user.submit(again, 'logout-confirm');
      const silent = toldApp(await user.open(app.request({ prompt: 'none' }).url));
      const { body: said } = await app.post('/token/introspection', { token: body.access_token });
      return silent.error === 'login_required' && said.active === false;
    },
  );
});

test.serial('a pushed request', async (t) => {
  const app = await newApp();
  const push = () => app.post('/request', Object.fromEntries(new URL(app.request().url).searchParams));
  await failEachCall(
    t,
    async () => undefined,
    async () => ofAnswer(await push()),
    async () => (await push()).statusCode === 201,
  );
});
