/** A request that names an account gets a code of that account, or none (OIDC Core 3.1.2.1, 3.1.2.2, 5.5.1). */
import test, { type ExecutionContext } from 'ava';
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
import { CALLBACK, codeOf, PASSWORD } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp, type SigningApp } from '../support/request-doors.ts';
import type { Page, User } from '../support/user.ts';

const fixture = await sharedProvider();
const { latchkey, account: ada } = fixture;
const NOBODY = 'nobody-has-this-subject';

/** Each names the account `sub` to the app in another way. */
type Demand = (app: SigningApp, sub: string) => Promise<Readonly<Record<string, string>>>;

const claims = (value: unknown): { readonly claims: string } => ({ claims: JSON.stringify(value) });

async function idTokenOfAda(app: SigningApp): Promise<string> {
  const { user: _user, ...grant } = await obtainCode(app);
  return (await redeem(app, grant)).body.id_token ?? '';
}

/** Those that can name anybody. */
const claimDemands: Readonly<Record<string, Demand>> = {
  'sub of the ID token': async (_app, sub) => claims({ id_token: { sub: { value: sub } } }),
  'sub of userinfo': async (_app, sub) => claims({ userinfo: { sub: { value: sub } } }),
  'one of several subs': async (_app, sub) => claims({ id_token: { sub: { values: ['x', sub] } } }),
  'an essential sub': async (_app, sub) => claims({ id_token: { sub: { value: sub, essential: true } } }),
  'sub twice': async (_app, sub) => claims({ id_token: { sub: { value: sub } }, userinfo: { sub: { value: sub } } }),
};

/** All that name Ada. */
const demands: Readonly<Record<string, Demand>> = {
  id_token_hint: async (app) => ({ id_token_hint: await idTokenOfAda(app) }),
  ...claimDemands,
};

const credentials = (login: string) => ({ login, password: PASSWORD });

function isLoginPage({ body }: Page): boolean {
  return body.includes('id="login-submit"');
}

function saysOtherAccount({ body }: Page): boolean {
  return body.includes('data-problem="other_account"') || body.includes('data-problem="expected_account"');
}

async function allow(user: User, page: Page): Promise<Page> {
  return page.body.includes('id="consent-submit"') ? user.submit(page, 'consent-submit') : page;
}

async function subjectOf(app: SigningApp, page: Page, verifier: string): Promise<unknown> {
  return decodeJwt((await redeem(app, { code: codeOf(page), verifier })).body.id_token ?? '').sub;
}

const [defaultDemand = ''] = Object.keys(demands);
const extras: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alone: {},
  'with prompt=login': { prompt: 'login' },
  'with max_age=0': { max_age: '0' },
  'with prompt=login consent': { prompt: 'login consent' },
  'with prompt=consent': { prompt: 'consent' },
};

async function onlyTheDemanded(
  t: ExecutionContext,
  door: string,
  demand: string,
  extra: Readonly<Record<string, string>>,
) {
  const app = await newSigningApp(fixture);
  const user = newVisitor();
  const parameters = { ...(await demands[demand]?.(app, ada.id)), ...extra, state: 'kept' };
  const { page, verifier } = await comeIn(fixture, { door, app, user }, parameters);

  const wrong = await user.submit(page, 'login-submit', credentials(OTHER_LOGIN));

  t.true(wrong.url.startsWith(latchkey.issuer));
  t.true(saysOtherAccount(wrong), textOf(wrong));
  t.false(wrong.body.includes(LOGIN));
  // Nobody is signed in by that, either.
  t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');

  const right = await allow(user, await user.submit(wrong, 'login-submit', credentials(LOGIN)));

  t.is(toldApp(right).state, 'kept');
  t.is(await subjectOf(app, right, verifier), ada.id);
}

for (const door of Object.keys(doors)) {
  for (const demand of Object.keys(demands))
    test(`${demand}, ${door}: another account gets no code, the demanded one does`, onlyTheDemanded, door, demand, {});
}
for (const [when, extra] of Object.entries(extras).slice(1)) {
  for (const demand of [defaultDemand, 'sub of the ID token'])
    test(`${demand} ${when}: another account gets no code`, onlyTheDemanded, 'pushed', demand, extra);
}

for (const [demand, parametersOf] of Object.entries(demands)) {
  test(`${demand}: a session of another account gets no code silently, and is told so when it may be asked`, async (t) => {
    const app = await newSigningApp(fixture);
    const { user } = await obtainCode(app, { login: OTHER_LOGIN });
    const demanded = await parametersOf(app, ada.id);
    for (const door of Object.keys(doors)) {
      const { page } = await comeIn(fixture, { door, app, user }, { ...demanded, prompt: 'none' });
      t.is(toldApp(page).error, 'login_required', door);
    }
    const page = await user.open(app.request(demanded).url);
    t.true(isLoginPage(page));
    t.true(page.body.includes('data-hint="other_account"'));
    t.false(page.body.includes(LOGIN));
  });

  test(`${demand}: the demanded account’s session gets a code silently`, async (t) => {
    const app = await newSigningApp(fixture);
    const { user } = await obtainCode(app);
    const { url, verifier } = app.request({ ...(await parametersOf(app, ada.id)), prompt: 'none' });
    t.is(await subjectOf(app, await user.open(url), verifier), ada.id);
  });
}

for (const [demand, parametersOf] of Object.entries(claimDemands)) {
  test(`${demand}: an account that exists cannot be told from one that does not`, async (t) => {
    const app = await newSigningApp(fixture);
    const shown = async (sub: string) => {
      const user = newVisitor();
      const demanded = await parametersOf(app, sub);
      const silent = toldApp(await user.open(app.request({ ...demanded, prompt: 'none', state: 's' }).url));
      const login = await user.open(app.request(demanded).url);
      const wrong = await user.submit(login, 'login-submit', credentials(OTHER_LOGIN));
      return { silent, status: wrong.status, login: textOf(login), wrong: textOf(wrong) };
    };
    const [known, unknown] = [await shown(ada.id), await shown(NOBODY)];
    t.deepEqual(known, unknown);
    t.false(known.wrong.includes('Ada') || known.wrong.includes(LOGIN));
  });
}

test('the demanded account is named to a browser that has its session, and only there', async (t) => {
  const app = await newSigningApp(fixture);
  for (const parametersOf of Object.values(demands)) {
    const { user } = await obtainCode(app);
    const login = await user.open(app.request({ ...(await parametersOf(app, ada.id)), prompt: 'login' }).url);
    const wrong = await user.submit(login, 'login-submit', credentials(OTHER_LOGIN));
    t.true(saysOtherAccount(wrong));
    t.true(textOf(wrong).includes(LOGIN), textOf(wrong));
    // Who was signed in still is: a mistake of somebody else signs nobody out.
    t.true('code' in toldApp(await user.open(app.request({ prompt: 'none' }).url)));
  }
  const { user } = await obtainCode(app, { login: OTHER_LOGIN });
  const login = await user.open(app.request(await demands['sub of the ID token']?.(app, ada.id)).url);
  const wrong = await user.submit(login, 'login-submit', credentials(OTHER_LOGIN));
  t.true(saysOtherAccount(wrong));
  t.false(textOf(wrong).includes(LOGIN));
});

test('the session of another account gives way to the demanded one', async (t) => {
  const app = await newSigningApp(fixture);
  const { user } = await obtainCode(app, { login: OTHER_LOGIN });
  const { url, verifier } = app.request(await demands.id_token_hint?.(app, ada.id));
  const login = await user.open(url);
  const handover = await user.submit(login, 'login-submit', credentials(LOGIN));
  const page = await allow(user, await user.submit(handover, 'hand-over-submit'));
  t.is(await subjectOf(app, page, verifier), ada.id);
});

for (const [demand, parametersOf] of Object.entries(demands)) {
  test(`${demand}: going back to the app tells it login_required (OIDC Core 3.1.2.1), and no code`, async (t) => {
    const app = await newSigningApp(fixture);
    const user = newVisitor();
    const login = await user.open(app.request({ ...(await parametersOf(app, ada.id)), state: 'kept' }).url);
    const wrong = await user.submit(login, 'login-submit', credentials(OTHER_LOGIN));
    const told = toldApp(await user.submit(wrong, 'abort'));
    t.like(told, { error: 'login_required', state: 'kept', iss: latchkey.issuer });
    t.is(told.code, undefined);
  });
}

test('who cancels where nobody in particular is demanded has denied the request', async (t) => {
  const app = await newSigningApp(fixture);
  for (const parameters of [
    {},
    claims({ id_token: { sub: null } }),
    claims({ userinfo: { sub: { essential: true } } }),
  ]) {
    const user = newVisitor();
    t.is(toldApp(await user.submit(await user.open(app.request(parameters).url), 'abort')).error, 'access_denied');
  }
});

for (const [what, sub] of Object.entries({
  'a number': { value: 1 },
  null: { value: null },
  'an empty list': { values: [] },
  'a list in a list': { values: [[]] },
  'two different ones': { value: ada.id, values: [NOBODY] },
})) {
  test(`${what} as sub is nobody`, async (t) => {
    const app = await newSigningApp(fixture);
    const { user } = await obtainCode(app);
    const parameters = claims({ id_token: { sub } });
    t.is(toldApp(await user.open(app.request({ ...parameters, prompt: 'none' }).url)).error, 'login_required');
    const login = await user.open(app.request(parameters).url);
    t.true(isLoginPage(login));
    t.true(saysOtherAccount(await user.submit(login, 'login-submit', credentials(LOGIN))));
  });
}

test('values that are no list are invalid_request', async (t) => {
  const app = await newSigningApp(fixture);
  for (const requested of [{ sub: { values: ada.id } }, { acr: { essential: true, values: {} } }]) {
    const page = await newVisitor().open(app.request(claims({ id_token: requested })).url);
    t.is(toldApp(page).error, 'invalid_request');
  }
});

test('two hints that disagree are met by nobody', async (t) => {
  const app = await newSigningApp(fixture);
  const both = { ...(await demands.id_token_hint?.(app, ada.id)), ...claims({ userinfo: { sub: { value: NOBODY } } }) };
  const user = newVisitor();
  let page = await user.open(app.request(both).url);
  for (const login of [OTHER_LOGIN, LOGIN]) {
    page = await user.submit(page, 'login-submit', credentials(login));
    t.true(saysOtherAccount(page), login);
  }
  t.false(page.url.startsWith(CALLBACK));
});
