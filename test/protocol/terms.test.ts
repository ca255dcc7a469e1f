/** Terms of service: whoever has not accepted the current ones gets no code, by any door, and is asked at the next step. */
import test from 'ava';
import type { AcceptedTerms, Account } from '../../src/storage/records/accounts.ts';
import { ManualClock } from '../support/clock.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import {
  type Fixture,
  newVisitor,
  obtainCode,
  ownProvider,
  redeem,
  sharedProvider,
  TERMS,
  textOf,
  toldApp,
} from '../support/provider-fixture.ts';
import { codeOf, PASSWORD, signIn } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp } from '../support/request-doors.ts';
import type { Page, User } from '../support/user.ts';

const clock = new ManualClock();
const fixture = await sharedProvider({ extraOptions: pluggedFeatures, environment: TERMS, clock });
const { latchkey, newAccount, newApp } = fixture;
const { installation, issuer } = latchkey;
const ACCEPT = { terms: TERMS.TERMS_VERSION };
const OLDER: AcceptedTerms = { version: '2025-01', at: 5 };

async function termsOf({ id }: Account): Promise<AcceptedTerms | undefined> {
  return (await installation.accounts.get(id))?.acceptedTerms;
}

/** As if others had been current when it accepted some, or as an administrator made it. */
async function hasAccepted({ id }: Account, terms: AcceptedTerms | undefined): Promise<void> {
  await installation.accounts.update(id, ({ acceptedTerms: _accepted, ...account }) => ({
    ...account,
    ...(terms && { acceptedTerms: terms }),
  }));
}

async function without(terms?: AcceptedTerms): Promise<Account> {
  const account = await newAccount();
  await hasAccepted(account, terms);
  return account;
}

const logIn = (user: User, page: Page, { email }: Account): Promise<Page> =>
  user.submit(page, 'login-submit', { login: email, password: PASSWORD });

async function toTerms(
  user: User,
  account: Account,
  { newApp: app }: Pick<Fixture, 'newApp'> = fixture,
): Promise<Page> {
  return logIn(user, await user.open((await app()).request().url), account);
}

const asksForTerms = ({ url, status, body }: Page): boolean =>
  url.startsWith(`${issuer}/interaction/`) && status === 200 && body.includes('id="terms-submit"');

async function grantsOf({ id }: Account): Promise<number> {
  return (await installation.grants.list({ accountId: id }, { limit: 9 })).items.length;
}

for (const [what, terms] of [
  ['none', undefined],
  ['an older version', OLDER],
  ['a newer version', { version: '2027-01', at: 5 }],
  ['the same in other letters', { version: '2026-11 ', at: 5 }],
] as const) {
  test(`who has accepted ${what} accepts the current terms, and goes on to the consent`, async (t) => {
    const user = newVisitor();
    const account = await without(terms);
    const page = await toTerms(user, account);
    t.true(asksForTerms(page));
    t.true(page.body.includes(`href="${TERMS.TERMS_URL}"`));
    t.true(textOf(page).includes(account.email));
    const consent = await user.submit(page, 'terms-submit', ACCEPT);
    t.true(consent.body.includes('id="consent-submit"'));
    t.deepEqual(await termsOf(account), { version: TERMS.TERMS_VERSION, at: clock.now() });
    codeOf(await user.submit(consent, 'consent-submit'));
  });
}

test('who has accepted them is not asked', async (t) => {
  const { email } = await newAccount();
  t.true('code' in toldApp(await signIn(newVisitor(), (await newApp()).request().url, email)));
});

for (const [what, fields] of Object.entries({
  'an empty box': {},
  'another value': { terms: 'accepted' },
  'an older version, which the page showed before': { terms: OLDER.version },
  'the version in another case': { terms: `${TERMS.TERMS_VERSION} ` },
})) {
  for (const language of ['en', 'de']) {
    test(`${what} is a problem beside the box, in ${language}`, async (t) => {
      const user = newVisitor();
      const account = await without(OLDER);
      const url = (await newApp()).request({ ui_locales: language }).url;
      const page = await user.submit(await logIn(user, await user.open(url), account), 'terms-submit', fields);
      t.is(page.status, 400);
      t.true(page.body.includes(`<html lang="${language}"`));
      t.regex(page.body, /<p class="field-problem" id="terms-problem" data-problem="terms_missing">/);
      t.regex(page.body, /<input id="terms" [^>]*aria-invalid="true" aria-describedby="terms-problem" autofocus>/);
      t.deepEqual(await termsOf(account), OLDER);
      t.true((await user.submit(page, 'terms-submit', ACCEPT)).body.includes('id="consent-submit"'));
    });
  }
}

test('cancelling gives the app access_denied, and nothing was accepted', async (t) => {
  const user = newVisitor();
  const account = await without();
  const told = toldApp(await user.submit(await toTerms(user, account), 'abort'));
  t.like(told, { error: 'access_denied', iss: issuer });
  t.false('code' in told);
  t.is(await termsOf(account), undefined);
});

for (const door of Object.keys(doors)) {
  test(`a session that lives is asked too, ${door}, and silently is interaction_required`, async (t) => {
    const account = await newAccount();
    const app = await newSigningApp(fixture);
    const user = newVisitor();
    t.true('code' in toldApp(await signIn(user, app.request().url, account.email)));
    await hasAccepted(account, OLDER);
    const silent = await comeIn(fixture, { door, app, user }, { prompt: 'none' });
    t.is(toldApp(silent.page).error, 'interaction_required');
    const { page } = await comeIn(fixture, { door, app, user });
    t.true(asksForTerms(page));
    t.true('code' in toldApp(await user.submit(page, 'terms-submit', ACCEPT)));
    t.true('code' in toldApp((await comeIn(fixture, { door, app, user }, { prompt: 'none' })).page));
  });
}

for (const metadata of [{}, { first_party: true }]) {
  test(`nothing is granted before they are accepted${'first_party' in metadata ? ', to a first-party app either' : ''}`, async (t) => {
    const account = await without();
    const user = newVisitor();
    const app = await newApp(metadata);
    const page = await logIn(user, await user.open(app.request().url), account);
    t.true(asksForTerms(page));
    t.is(await grantsOf(account), 0);
  });
}

test('they change while the consent page is open: they are asked for before the code', async (t) => {
  const account = await newAccount();
  const user = newVisitor();
  const consent = await toTerms(user, account);
  t.true(consent.body.includes('id="consent-submit"'));
  await hasAccepted(account, OLDER);
  const page = await user.submit(consent, 'consent-submit');
  t.true(asksForTerms(page));
  t.true('code' in toldApp(await user.submit(page, 'terms-submit', ACCEPT)));
});

test('another account that signs in in the place of the first one is asked for itself', async (t) => {
  const [first, second] = [await newAccount(), await without()];
  const user = newVisitor();
  const app = await newApp({ first_party: true });
  t.true('code' in toldApp(await signIn(user, app.request().url, first.email)));
  const handOver = await logIn(user, await user.open(app.request({ prompt: 'login' }).url), second);
  const page = await user.submit(handOver, 'hand-over-submit');
  t.true(asksForTerms(page));
  t.true('code' in toldApp(await user.submit(page, 'terms-submit', ACCEPT)));
  t.like(await termsOf(second), { version: TERMS.TERMS_VERSION });
  t.like(await termsOf(first), { at: 0 });
});

test('who may not use the app is told so, and accepts nothing', async (t) => {
  const account = await without();
  const user = newVisitor();
  const url = (await newApp({ allowed_groups: ['staff'] })).request().url;
  t.is((await logIn(user, await user.open(url), account)).status, 403);
});

test('a device is not approved before they are accepted', async (t) => {
  const type = 'urn:ietf:params:oauth:grant-type:device_code';
  const grants = { grant_types: [type], response_types: [], redirect_uris: [], first_party: true };
  const app = await newApp(grants);
  const account = await without(OLDER);
  const { body } = await app.post('/device/auth', { scope: 'openid' });
  const user = newVisitor();
  const asked = await user.submit(await user.open(`${issuer}/device`), 'code-submit', {
    user_code: String(body.user_code),
  });
  const page = await logIn(user, await user.submit(asked, 'confirm-submit'), account);
  t.true(asksForTerms(page));
  const poll = () => app.token({ grant_type: type, device_code: String(body.device_code) });
  t.is((await poll()).body.error, 'authorization_pending');
  t.true((await user.submit(page, 'terms-submit', ACCEPT)).body.includes('device-approved'));
});

test('nothing is asked of what was issued before: a code, a refresh and userinfo go on', async (t) => {
  const account = await newAccount();
  const app = await newApp();
  const grant = await obtainCode(app, { login: account.email });
  await hasAccepted(account, undefined);
  const { body, statusCode } = await redeem(app, grant);
  t.is(statusCode, 200);
  const refreshed = await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  t.is(refreshed.statusCode, 200);
  t.is((await app.post('/token/introspection', { token: refreshed.body.access_token })).body.active, true);
});

test('accepting twice keeps the first time, and one event', async (t) => {
  const user = newVisitor();
  const account = await without();
  const page = await toTerms(user, account);
  const at = clock.now();
  await user.submit(page, 'terms-submit', ACCEPT);
  clock.advance(60);
  await user.submit(page, 'terms-submit', ACCEPT);
  t.is((await termsOf(account))?.at, at);
  const events = await installation.events.list({ kind: 'account', id: account.id });
  const accepted = events.filter(({ event }) => event === 'terms.accepted');
  t.deepEqual(
    accepted.map(({ detail, accountId }) => [detail, accountId]),
    [[TERMS.TERMS_VERSION, account.id]],
  );
});

test('another step of the sign-in does not stand in for them', async (t) => {
  const user = newVisitor();
  const account = await without();
  const page = await toTerms(user, account);
  for (const [step, fields] of Object.entries({
    consent: {},
    login: { login: account.email, password: 'not this one' },
  })) {
    const forged = { ...page, body: page.body.replaceAll('/terms?', `/${step}?`) };
    const answer = await user.submit(forged, 'terms-submit', { ...ACCEPT, ...fields });
    t.is(answer.status, 400);
    t.is(await termsOf(account), undefined);
  }
});

test('without the settings nobody is asked, and the step is there for nobody', async (t) => {
  const own = await ownProvider(t);
  const { email } = await own.newAccount();
  const user = newVisitor();
  const consent = await logIn(user, await user.open((await own.newApp()).request().url), { email } as Account);
  t.true(consent.body.includes('id="consent-submit"'));
  const forged = { ...consent, body: consent.body.replaceAll('/consent?', '/terms?') };
  t.is((await user.submit(forged, 'consent-submit', ACCEPT)).status, 400);
});

test('an older tab goes on, ticked or not, once the terms were accepted in another one', async (t) => {
  const account = await without(OLDER);
  const user = newVisitor();
  const page = await toTerms(user, account);
  t.true((await user.submit(page, 'terms-submit', {})).body.includes('id="terms-submit"'));
  await hasAccepted(account, { version: ACCEPT.terms, at: 6 });
  const next = await user.submit(page, 'terms-submit', {});
  t.false(next.body.includes('id="terms-submit"'));
  t.deepEqual(await termsOf(account), { version: ACCEPT.terms, at: 6 });
});

test('/account asks for terms that are new since the sign-in, keeps what was posted there, and lets people leave', async (t) => {
  const account = await without(OLDER);
  const user = newVisitor();
  const terms = await logIn(user, await user.open(`${issuer}/account`), account);
  const page = await user.submit(terms, 'terms-submit', ACCEPT);
  t.true(page.body.includes('id="profile"'));
  await hasAccepted(account, OLDER);
  t.true(asksForTerms(await user.open(`${issuer}/account`)));
  t.false((await user.submit(page, 'name-submit', { name: 'Eve' })).body.includes('id="profile"'));
  t.not((await installation.accounts.get(account.id))?.name, 'Eve');
  await user.submit(page, 'close-submit', { understood: 'yes' });
  t.is(await installation.accounts.get(account.id), undefined);
});
