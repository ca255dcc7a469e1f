/** What somebody sees of their sessions at /account, and what becomes of those that they end. */
import test from 'ava';
import type { SessionDocument } from '../../src/storage/issued/sessions.ts';
import { newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';
import { atAccount, hasMessage, isAccountPage, isLoginPage, signInAt } from './fixture.ts';

const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

const browserOf = (userAgent: string, language = 'en') =>
  newVisitor({ headers: { 'user-agent': userAgent, 'accept-language': language } });

const section = ({ body }: Page): string =>
  /<section class="group" id="sessions"[\s\S]*?<\/section>/.exec(body)?.[0] ?? '';
const entries = (page: Page): readonly string[] => section(page).match(/<li[\s\S]*?<\/li>/g) ?? [];
const referenceIn = (page: Page): string => /name="session" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
const isSignedIn = async (user: ReturnType<typeof newVisitor>) => isAccountPage(await user.open(`${issuer}/account`));

/** Signed in here at /account, and in another browser at an app that keeps its access. */
async function besideOther() {
  const at = await atAccount(fixture, {}, browserOf(FIREFOX));
  const app = await fixture.newApp();
  const other = browserOf(SAFARI);
  const code = await obtainCode(app, {
    user: other,
    login: at.account.email,
    scope: 'openid offline_access',
    prompt: 'consent',
  });
  const { body } = await redeem(app, code);
  const page = await at.user.open(`${issuer}/account`);
  return { ...at, page, app, other, refreshToken: body.refresh_token ?? '' };
}

const refreshes = async (app: App, token: string): Promise<boolean> =>
  (await app.token({ grant_type: 'refresh_token', refresh_token: token })).statusCode === 200;

test('each session says in words which device it is, since when and when it was seen, and which one this is', async (t) => {
  const { page } = await besideOther();
  const [own = '', other = '', ...more] = entries(page);
  t.deepEqual(more, []);
  t.regex(own, /id="this-session"[\s\S]*<h3>Firefox on Linux<\/h3>[\s\S]*This session/);
  t.regex(own, /<a class="button" href="\/session\/end">Sign out<\/a>/);
  t.notRegex(own, /end-session/);
  t.regex(other, /<h3>Safari on iOS<\/h3>/);
  t.notRegex(other, /This session/);
  t.regex(other, /<button [^>]*class="button end-session"/);
  for (const entry of [own, other]) t.is(entry.match(/<time datetime="\d{4}-\d\d-\d\dT[\d:.]+Z">/g)?.length, 2);
});

test('devices and times are in the language of the reader', async (t) => {
  const { page } = await atAccount(fixture, {}, browserOf(FIREFOX, 'de'));
  t.regex(
    section(page),
    /Firefox unter Linux[\s\S]*Diese Sitzung[\s\S]*Angemeldet seit: <time [^>]*>\d\d\.\d\d\.\d{4}, \d\d:\d\d UTC/,
  );
});

const odd = [
  '',
  'curl/8.5',
  '<script>alert(1)</script>/1 (x)',
  `${'A'.repeat(5000)}/1.0 (x)`,
  'Generic',
  '\u00a0',
  'Firefox',
];

for (const userAgent of odd) {
  test(`of the user agent ${JSON.stringify(userAgent.slice(0, 30))} nothing but known names reaches the page`, async (t) => {
    const { page, account } = await atAccount(fixture, {}, browserOf(userAgent));
    t.regex(section(page), /<h3>(?:Unknown device|Firefox)<\/h3>/);
    for (const part of ['curl', '<script>', 'AAAA', 'Generic']) t.false(page.body.includes(part), part);
    const [stored] = await installation.sessions.ofAccount(account.id, { limit: 9 });
    t.true((stored?.document.seen?.userAgent?.length ?? 0) <= 256);
  });
}

test('who ends a session signs that browser out, and stays signed in', async (t) => {
  const { user, page, other } = await besideOther();
  t.true(await isSignedIn(other));
  const ended = await user.submit(page, 'end-session-1');
  t.true(ended.body.includes('The session has ended.'));
  t.is(entries(ended).length, 1);
  t.true(ended.body.includes('id="no-other-sessions"'));
  t.true(isLoginPage(await other.open(`${issuer}/account`)));
  t.true(await isSignedIn(user));
});

test('an app that may keep its access loses what it got in an ended session, and keeps what it got in others', async (t) => {
  const { user, account, page, app, refreshToken } = await besideOther();
  const third = await obtainCode(app, { login: account.email, scope: 'openid offline_access', prompt: 'consent' });
  const { body } = await redeem(app, third);
  await user.submit(page, 'end-session-1', { session: referenceIn(page) });
  t.false(await refreshes(app, refreshToken));
  t.true(await refreshes(app, body.refresh_token ?? ''));
});

test('who ends all other sessions is the only one signed in', async (t) => {
  const { user, account, page, app, other, refreshToken } = await besideOther();
  const third = newVisitor();
  await signInAt(fixture, account, third);
  const ended = await user.submit(page, 'end-other-sessions');
  t.true(ended.body.includes('All other sessions have ended.'));
  t.is(entries(ended).length, 1);
  t.false(ended.body.includes('id="end-other-sessions"'));
  for (const browser of [third, other]) t.false(await isSignedIn(browser));
  t.false(await refreshes(app, refreshToken));
  t.true(await isSignedIn(user));
});

test('a session of another account is not ended, whatever is sent', async (t) => {
  const [mine, theirs] = [await besideOther(), await besideOther()];
  const [foreign] = await installation.sessions.ofAccount(theirs.account.id, { limit: 1 });
  for (const session of [referenceIn(theirs.page), foreign?.reference ?? '', '', 'x', 'x'.repeat(5000), '\0']) {
    const answer = await mine.user.submit(mine.page, 'end-session-1', { session });
    t.is(answer.status, 404, session.slice(0, 9));
    t.true(hasMessage(answer, 'session_unknown'));
    t.true(answer.body.includes('href="/account#sessions"'));
  }
  t.is((await installation.sessions.ofAccount(theirs.account.id, { limit: 9 })).length, 2);
  t.is((await installation.sessions.ofAccount(mine.account.id, { limit: 9 })).length, 2);
  t.true(await refreshes(theirs.app, theirs.refreshToken));
});

test('a page of an account that is not signed in here any more ends nothing', async (t) => {
  const [mine, theirs] = [await besideOther(), await besideOther()];
  for (const button of ['end-session-1', 'end-other-sessions', 'revoke-app-0']) {
    const answer = await mine.user.submit(mine.page, button, { account: theirs.account.id });
    t.is(answer.status, 403, button);
    t.true(hasMessage(answer, 'signed_out'), button);
  }
  for (const { account, app, refreshToken } of [mine, theirs]) {
    t.is((await installation.sessions.ofAccount(account.id, { limit: 9 })).length, 2);
    t.true(await refreshes(app, refreshToken));
  }
});

test('the session in use is signed out of, and not ended by its reference', async (t) => {
  const { user, account, page } = await besideOther();
  const own = (await installation.sessions.ofAccount(account.id, { limit: 9 })).find(
    ({ reference }) => reference !== referenceIn(page),
  );
  const answer = await user.submit(page, 'end-session-1', { session: own?.reference ?? '' });
  t.true(answer.body.includes('id="logout-confirm"'));
  t.true(await isSignedIn(user));
});

test('a session that ended before is ended: the second form is no error', async (t) => {
  const { user, page, account } = await besideOther();
  const both = await Promise.all([user.submit(page, 'end-session-1'), user.submit(page, 'end-session-1')]);
  for (const answer of [...both, await user.submit(page, 'end-session-1')]) t.true(isAccountPage(answer));
  const events = await installation.events.list({ kind: 'account', id: account.id });
  t.is(events.filter(({ event }) => event === 'session.ended').length, 1);
});

test('an ended session keeps nothing of its browser', async (t) => {
  const { user, page } = await besideOther();
  const reference = referenceIn(page);
  t.truthy((await installation.sessions.findByReference(reference))?.document.seen);
  await user.submit(page, 'end-session-1');
  const { document } = (await installation.sessions.findByReference(reference)) ?? {};
  t.like(document, { isDestroyed: true, state: {}, seen: undefined });
});

test('of many sessions the newest fifty are shown, this one first, and how many more there are', async (t) => {
  const { user, account } = await atAccount(fixture, {}, browserOf(FIREFOX));
  const now = Date.now();
  const make = (number: number) => {
    const at = now - number * 60_000;
    const document: SessionDocument = {
      uid: `${account.id} ${number}`,
      state: { accountId: account.id, loginTs: Math.floor(at / 1000) },
      sessionIds: [],
      isDestroyed: false,
      seen: { userAgent: SAFARI, firstSeenAt: at, lastSeenAt: at, clientsSeenAt: {} },
      expiresAt: now + 3_600_000,
    };
    return installation.sessions.create(document);
  };
  await Promise.all(Array.from({ length: 120 }, (_, number) => make(number + 1)));
  const page = await user.open(`${issuer}/account`);
  const shown = entries(page);
  t.is(shown.length, 50);
  t.regex(shown[0] ?? '', /This session/);
  const seen = shown.slice(1).map((entry) => /datetime="([^"]+)"/.exec(entry)?.[1] ?? '');
  t.deepEqual(seen, seen.toSorted().toReversed());
  t.is(seen[0], `${new Date(now - 60_000).toISOString().slice(0, 16)}Z`);
  t.regex(section(page), /There are 71 more/);
  await user.submit(page, 'end-other-sessions');
  t.is((await installation.sessions.ofAccount(account.id, { limit: 500 })).length, 1);
});
