/** One call on the database fails in the middle of a request: the answer says "try again", and trying again works. */
import test, { type ExecutionContext } from 'ava';
import type { Response } from 'got';
import type { Page } from '../support/person.ts';
import { type App, codeOf, PASSWORD, signIn } from '../support/relying-party.ts';
import { breakableStorage } from './broken-storage.ts';
import { LOGIN, newVisitor, obtainCode, redeem, sharedWorld, toldApp } from './world.ts';

const storage = breakableStorage();
const { latchkey, newApp } = await sharedWorld(storage);
const { issuer } = latchkey;
const MOST_CALLS = 30;

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
    async (person) => ofPage(await person.open(app.request().url)),
    async (person) => 'code' in toldApp(await signIn(person, app.request().url, LOGIN)),
  );
});

test.serial('a password', async (t) => {
  const app = await newApp();
  await failEachCall(
    t,
    async () => {
      const person = newVisitor();
      return { person, page: await person.open(app.request().url) };
    },
    async ({ person, page }) => ofPage(await person.submit(page, 'login-submit', credentials)),
    async ({ person }) => 'code' in toldApp(await signIn(person, app.request().url, LOGIN)),
  );
});

test.serial('a consent', async (t) => {
  await failEachCall(
    t,
    async () => {
      const [app, person] = [await newApp(), newVisitor()];
      const login = await person.open(app.request().url);
      return { app, person, page: await person.submit(login, 'login-submit', credentials) };
    },
    async ({ person, page }) => ofPage(await person.submit(page, 'consent-submit')),
    async ({ app, person }) => {
      const { url, verifier } = app.request();
      const code = codeOf(await signIn(person, url, LOGIN));
      return (await redeem(app, { code, verifier })).statusCode === 200;
    },
  );
});

test.serial('a silent sign-in', async (t) => {
  const app = await newApp();
  await failEachCall(
    t,
    async () => (await obtainCode(app)).person,
    async (person) => ofPage(await person.open(app.request({ prompt: 'none' }).url)),
    async (person) => 'code' in toldApp(await person.open(app.request({ prompt: 'none' }).url)),
  );
});

test.serial('a code: it is good again, or it is spent and nobody holds tokens of it', async (t) => {
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
      const { person, ...grant } = await obtainCode(app);
      const { body } = await redeem(app, grant);
      return { person, body, page: await person.open(`${issuer}/session/end`) };
    },
    async ({ person, page }) => ofPage(await person.submit(page, 'logout-confirm')),
    async ({ person, body }) => {
      const again = await person.open(`${issuer}/session/end`);
      if (again.body.includes('id="logout-confirm"')) await person.submit(again, 'logout-confirm');
      const silent = toldApp(await person.open(app.request({ prompt: 'none' }).url));
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
