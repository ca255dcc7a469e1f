/** Nothing is changed at /account by whoever did not prove a short time ago that the account is theirs: each change, each state. */
import test, { type ExecutionContext } from 'ava';
import { CookieJar } from 'tough-cookie';
import { disableAccount, endSessions, setPassword } from '../../src/domain/accounts/change.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { type Fixture, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { newUser, type Page, type User } from '../support/user.ts';
import {
  type AtAccount,
  atAccount,
  type Change,
  changes,
  fieldValue,
  hasMessage,
  isAccountPage,
  isLoginPage,
  signInAt,
} from './fixture.ts';

stopTime();
const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;
const TEN_MINUTES = 600;

/** The page as it was while the proof was fresh: its forms can be sent at any time later. */
type Between = (at: AtAccount, fixture: Fixture) => Promise<unknown>;

type End = 'done' | 'asked again' | 'signed out';

interface State {
  readonly between: Between;
  readonly ends: End;
}

const update = (id: string, change: object) =>
  installation.accounts.update(id, (account) => ({ ...account, ...change }));

const states: Readonly<Record<string, State>> = {
  'a moment after the proof': { between: async () => undefined, ends: 'done' },
  'ten minutes after the proof': { between: async () => advance(TEN_MINUTES), ends: 'done' },
  'later than ten minutes': { between: async () => advance(TEN_MINUTES + 1), ends: 'asked again' },
  'weeks later': { between: async () => advance(13 * 24 * 3600), ends: 'asked again' },
  'when the session has run out': { between: async () => advance(15 * 24 * 3600), ends: 'signed out' },
  'after signing out': {
    between: async ({ user }) => user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm'),
    ends: 'signed out',
  },
  'after leaving this page only': {
    between: async ({ user }) =>
      user.submit(await user.open(`${issuer}/session/end?client_id=latchkey-account`), 'logout-stay'),
    ends: 'signed out',
  },
  'after another account signed in here': {
    between: async ({ user }, { newAccount, newApp }) => {
      const { email } = await newAccount();
      const login = await user.open((await newApp()).request({ prompt: 'login' }).url);
      const handOver = await user.submit(login, 'login-submit', { login: email, password: PASSWORD });
      return user.submit(handOver, 'hand-over-submit');
    },
    ends: 'signed out',
  },
  'after the account was disabled': {
    between: ({ account }) => disableAccount(account.id, installation),
    ends: 'signed out',
  },
  'after the account was marked as disabled': {
    between: ({ account }) => update(account.id, { isDisabled: true }),
    ends: 'signed out',
  },
  'after the account expired': {
    between: ({ account }) => update(account.id, { expiresAt: Date.now() }),
    ends: 'signed out',
  },
  'after its password was set': {
    between: ({ account }) => setPassword({ accountId: account.id, password: 'a gate of four words' }, installation),
    ends: 'signed out',
  },
  'after its sessions were ended': {
    between: ({ account }) => endSessions(account.id, installation),
    ends: 'signed out',
  },
  'after its sessions were ended elsewhere at this moment': {
    between: ({ account }) => update(account.id, { sessionsEndedAt: Date.now() }),
    ends: 'signed out',
  },
  'after the account was deleted': {
    between: ({ account }) => installation.accounts.remove(account.id),
    ends: 'signed out',
  },
};

/** With a new address that waits, so that there is something to cancel. */
async function begin(change: Change): Promise<AtAccount> {
  const at = await atAccount(fixture);
  if (change !== 'cancelled address') return at;
  const page = await at.user.submit(at.page, 'email-submit', { email: `waits-${at.account.id}@example.com` });
  return { ...at, page };
}

const send = ({ user, page }: AtAccount, change: Change): Promise<Page> =>
  user.submit(page, changes[change].button, changes[change].fields);

/** What a change may touch. */
async function stateOf(id: string) {
  const account = await installation.accounts.get(id);
  return account && { name: account.name, hash: account.passwordHash, pendingEmail: account.pendingEmail };
}

async function endsAs(t: ExecutionContext, page: Page, ends: End): Promise<void> {
  if (ends === 'asked again') t.true(isLoginPage(page), page.body);
  if (ends === 'signed out') {
    t.is(page.status, 403);
    t.true(hasMessage(page, 'signed_out'), page.body);
    t.true(page.body.includes('<a class="button primary" href="/account">'));
  }
  if (ends === 'done') t.is(page.status, 200);
}

for (const change of Object.keys(changes) as Change[]) {
  for (const [state, { between, ends }] of Object.entries(states)) {
    test.serial(`${change}, ${state}: ${ends}`, async (t) => {
      const at = await begin(change);
      await between(at, fixture);
      const before = await stateOf(at.account.id);
      const page = await send(at, change);
      await endsAs(t, page, ends);
      const after = await stateOf(at.account.id);
      if (ends === 'done') t.notDeepEqual(after, before);
      else t.deepEqual(after, before);
    });
  }

  test.serial(`${change}, with the cookies of the page copied to another browser: nothing happens`, async (t) => {
    const at = await begin(change);
    const before = await stateOf(at.account.id);
    const jar = new CookieJar();
    for (const cookie of await at.user.jar.getCookies(issuer))
      if (/^latchkey_account/.test(cookie.key)) await jar.setCookie(cookie.toString(), issuer);
    const thief = newUser({ jar });
    t.is((await send({ ...at, user: thief }, change)).status, 403, 'without a cookie of its own');
    const login = await thief.open(`${issuer}/account`);
    t.true(isLoginPage(login), 'the page is not shown either');
    t.is((await send({ ...at, user: thief }, change)).status, 403, 'with one');
    t.deepEqual(await stateOf(at.account.id), before);
  });

  test.serial(`${change}, with a form of somebody else’s page: nothing happens to either`, async (t) => {
    const [mine, theirs] = [await begin(change), await begin(change)];
    await mine.user.submit(await mine.user.open(`${issuer}/session/end`), 'logout-confirm');
    await signInAt(fixture, theirs.account, mine.user);
    const before = [await stateOf(mine.account.id), await stateOf(theirs.account.id)];
    // The page of the first account, which is still open in this browser.
    await endsAs(t, await send(mine, change), 'signed out');
    t.deepEqual([await stateOf(mine.account.id), await stateOf(theirs.account.id)], before);
  });
}

test.serial(
  'a name and an address that were entered are kept until the proof is there, and a password is not',
  async (t) => {
    const { page, user, account } = await atAccount(fixture);
    advance(TEN_MINUTES + 1);
    const credentials = { login: account.email, password: PASSWORD };
    const toLogin = await user.submit(page, 'name-submit', { name: 'Augusta' });
    const proven = await user.submit(toLogin, 'login-submit', credentials);
    t.is(new URL(proven.url).pathname, '/account');
    t.is(fieldValue(proven, 'name'), 'Augusta');
    t.true(proven.body.includes('id="not-saved"'));
    const saved = await user.submit(proven, 'name-submit', { name: 'Augusta' });
    t.is((await installation.accounts.get(account.id))?.name, 'Augusta');
    t.is(new URL(saved.url).hash, '#saved');
    t.true(saved.body.includes('id="saved"') && !saved.body.includes('id="not-saved"'));

    advance(TEN_MINUTES + 1);
    const again = await user.submit(saved, 'email-submit', { email: 'augusta@example.com' });
    t.is(fieldValue(await user.submit(again, 'login-submit', credentials), 'email'), 'augusta@example.com');

    advance(TEN_MINUTES + 1);
    const secret = 'four words for a gate';
    const last = await user.submit(page, 'password-submit', { password: secret });
    t.true(isLoginPage(last));
    const { body } = await user.submit(last, 'login-submit', credentials);
    t.false(body.includes(secret));
    for (const { value } of await user.jar.getCookies(issuer))
      t.false(Buffer.from(value, 'base64url').toString().includes(secret));
  },
);

test.serial('what was entered is shown to nobody else who signs in in that browser', async (t) => {
  const { page, user } = await atAccount(fixture);
  advance(TEN_MINUTES + 1);
  await user.submit(page, 'name-submit', { name: 'Augusta' });
  await user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm');
  t.false((await signInAt(fixture, await fixture.newAccount(), user)).body.includes('Augusta'));
});

test.serial('when the proof is old the sections say so, and lead to it', async (t) => {
  const { user } = await atAccount(fixture);
  advance(TEN_MINUTES + 1);
  const page = await user.open(`${issuer}/account`);
  t.true(page.body.includes('data-proof="stale"'));
  t.false(page.body.includes('name="password"'));
  for (const section of ['password', 'closing']) {
    t.true(page.body.includes(`id="${section}-prove" class="button" href="/account/proof?section=${section}"`));
    t.true(isLoginPage(await user.open(`${issuer}/account/proof?section=${section}`)));
  }
});

test.serial('another account is no proof, and its session does not begin', async (t) => {
  const { page, user, account } = await atAccount(fixture);
  const other = await fixture.newAccount();
  advance(TEN_MINUTES + 1);
  const toLogin = await user.submit(page, 'name-submit', { name: 'Augusta' });
  const refused = await user.submit(toLogin, 'login-submit', { login: other.email, password: PASSWORD });
  t.is(refused.status, 403);
  t.true(refused.body.includes('data-problem="expected_account"'));
  const still = await user.open(`${issuer}/account`);
  t.true(still.body.includes(account.email));
  t.true(still.body.includes('data-proof="stale"'));
});

test.serial('a fresh sign-in to an app is no proof for the page: its own is asked for', async (t) => {
  const { page, user, account } = await atAccount(fixture);
  advance(TEN_MINUTES + 1);
  const app = await fixture.newApp();
  const login = await user.open(app.request({ prompt: 'login' }).url);
  await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  t.true(isLoginPage(await user.submit(page, 'name-submit', { name: 'Augusta' })));
});

/** What a thief does with cookies copied before the owner's proof. */
const isFreshPage = ({ body }: Page): boolean => body.includes('data-proof="fresh"');

async function copyOf({ jar }: User, without = /^$/): Promise<User> {
  const copy = new CookieJar();
  for (const cookie of await jar.getCookies(`${issuer}/session`))
    if (!without.test(cookie.key)) await copy.setCookie(cookie.toString(), issuer);
  return newUser({ jar: copy });
}

const signInAgain = async (user: User, address: string, login: string): Promise<Page> =>
  user.submit(await user.open(address), 'login-submit', { login, password: PASSWORD });

/** Where the owner proves who they are, while copies of the cookies of their browser are somebody else's. */
const proofs: Readonly<Record<string, (at: AtAccount) => Promise<unknown>>> = {
  'at the page': ({ user, account }) => signInAgain(user, `${issuer}/account/proof?section=password`, account.email),
  'at an app': async ({ user, account }) =>
    signInAgain(user, (await fixture.newApp()).request({ prompt: 'login' }).url, account.email),
  'in another browser': ({ account }) => signInAt(fixture, account),
};

for (const [where, prove] of Object.entries(proofs)) {
  test.serial(`a proof ${where} is none for whoever has copied the cookies before it`, async (t) => {
    const at = await atAccount(fixture);
    advance(TEN_MINUTES + 1);
    const thieves = [
      await copyOf(at.user),
      await copyOf(at.user, /^latchkey_account/),
      // Begins before the proof, and goes on after it.
      await copyOf(at.user, /^latchkey_account/),
      await copyOf(at.user),
    ];
    const held = await Promise.all(
      thieves.slice(2).map(async ({ jar }, index) => {
        const waiting = newUser({ jar, stopAt: `${issuer}/auth` });
        const { url } = await waiting.open(`${issuer}/account${index === 0 ? '' : '/proof?section=password'}`);
        return url;
      }),
    );
    const unasked = new URL(held[1] ?? '');
    unasked.searchParams.delete('prompt');
    await prove(at);
    for (const seconds of [0, 30, 300]) {
      advance(seconds);
      for (const [index, thief] of thieves.entries()) {
        const addresses = [undefined, undefined, held[0], unasked.href];
        const page = await thief.open(addresses[index] ?? `${issuer}/account`);
        t.false(isFreshPage(page), `thief ${index} after ${seconds} s`);
        t.false(isFreshPage(await thief.open(`${issuer}/account`)), `thief ${index} after ${seconds} s, again`);
      }
    }
    const before = await stateOf(at.account.id);
    for (const thief of thieves) await send({ ...at, user: thief }, 'password');
    t.deepEqual(await stateOf(at.account.id), before);
  });
}

test.serial('a session that began at an app signs in at the page, and is no proof there', async (t) => {
  const account = await fixture.newAccount();
  const user = newVisitor();
  await signInAgain(user, (await fixture.newApp()).request().url, account.email);
  const page = await user.open(`${issuer}/account`);
  t.true(isAccountPage(page));
  t.false(isFreshPage(page));
  t.true(isFreshPage(await signInAgain(user, `${issuer}/account/proof?section=password`, account.email)));
});

test.serial('a visitor who is not signed in is led to sign in by every way to the page', async (t) => {
  for (const path of ['/account', '/account/proof', '/account/proof?section=password', '/account/proof?section=//evil'])
    t.true(isLoginPage(await newVisitor().open(`${issuer}${path}`)), path);
  t.true(isAccountPage(await signInAt(fixture, await fixture.newAccount(), newVisitor(), '/account/proof?section=x')));
});
