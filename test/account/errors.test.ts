/** What can go wrong at /account ends on a page that says what to do, or changes nothing. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import got from 'got';
import { CookieJar } from 'tough-cookie';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createAccount } from '../../src/domain/accounts/create.ts';
import { deleteAccount } from '../../src/domain/accounts/deletion.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { createHost } from '../../src/host.ts';
import { breakableStorage } from '../protocol/broken-storage.ts';
import { formOf, type SentForm, send } from '../security/sent-form.ts';
import { remember } from '../support/consents.ts';
import { listen } from '../support/listener.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, ownProvider, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newUser } from '../support/user.ts';
import { atAccount, type Change, changes, fieldValue, hasMessage, isAccountPage, isLoginPage } from './fixture.ts';

const fixture = await sharedProvider();
const { latchkey } = fixture;
const { issuer, installation } = latchkey;
const names = Object.keys(changes) as Change[];

/** At a page that has the form of each change. */
async function waiting() {
  const at = await atAccount(fixture);
  const page = await at.user.submit(at.page, 'email-submit', { email: `waits-${at.account.id}@example.com` });
  return { ...at, page, stored: async () => installation.accounts.get(at.account.id) };
}

const foreign: Readonly<Record<string, SentForm>> = {
  'without a token': { fields: { csrf: undefined } },
  'with an empty token': { fields: { csrf: '' } },
  'with a made-up token': { fields: { csrf: 'A'.repeat(43) } },
  'that the browser calls cross-site': { headers: { 'sec-fetch-site': 'cross-site' } },
  'that the browser calls same-site': { headers: { 'sec-fetch-site': 'same-site' } },
  'from another origin': { headers: { origin: 'https://evil.example' } },
};

for (const change of names) {
  const { path, fields } = changes[change];

  test(`${change}: a form that another site sends is refused, and changes nothing`, async (t) => {
    const { user, page, stored } = await waiting();
    const before = await stored();
    for (const [how, sent] of Object.entries(foreign)) {
      const answer = await send(user, formOf(page, `action="${path}"`), {
        ...sent,
        fields: { ...fields, ...sent.fields },
      });
      t.is(answer.statusCode, 403, how);
      t.is(answer.headers.location, undefined, how);
    }
    t.deepEqual(await stored(), before);
  });

  test(`${change}: nothing is done by reading`, async (t) => {
    const { user, page, stored } = await waiting();
    const before = await stored();
    const form = formOf(page, `action="${path}"`);
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] as const)
      t.is((await send(user, { ...form, address: `${form.address}?a=b` }, { method, fields })).statusCode, 405, method);
    t.deepEqual(await stored(), before);
  });

  test(`${change}: a browser that keeps no cookies is told so, with a button`, async (t) => {
    const { page, stored } = await waiting();
    const before = await stored();
    const answer = await send(newUser({ jar: new CookieJar() }), formOf(page, `action="${path}"`), { fields });
    t.is(answer.statusCode, 403);
    t.true(answer.body.includes('/docs/errors/cookies_blocked'));
    t.true(answer.body.includes('<a class="button primary" href="/account">'));
    t.deepEqual(await stored(), before);
  });
}

test('a name or a cancellation that is sent twice is as one', async (t) => {
  const { user, page, stored } = await waiting();
  for (const change of ['name', 'cancelled address'] as const) {
    const { button, fields } = changes[change];
    const [one, other] = await Promise.all([user.submit(page, button, fields), user.submit(page, button, fields)]);
    t.true(isAccountPage(one) && isAccountPage(other), change);
  }
  t.like(await stored(), { name: 'Ada Lovelace' });
});

test('a password that is sent twice is changed once, and the second answer says how to go on', async (t) => {
  const { user, page, account } = await waiting();
  const { button, fields } = changes.password;
  t.true(hasMessage(await user.submit(page, button, fields), 'password_changed'));
  const again = await user.submit(page, button, { password: 'a gate of four words' });
  t.is(again.status, 403);
  t.true(hasMessage(again, 'signed_out'));
  t.true(again.body.includes('<a class="button primary" href="/account">'));
  t.is((await mailsTo(latchkey, account.email)).filter(({ text }) => text === 'password_changed').length, 1);
});

test('an account that is closed twice is closed once, and the second answer says how to go on', async (t) => {
  const { user, page } = await waiting();
  const { button, fields } = changes.closing;
  t.true(hasMessage(await user.submit(page, button, fields), 'closed'));
  t.true(hasMessage(await user.submit(page, button, fields), 'signed_out'));
});

test('the back button leads to a page that still says what holds', async (t) => {
  const { user, page } = await atAccount(fixture);
  await user.submit(page, 'password-submit', { password: 'four words for a gate' });
  t.true(isLoginPage(await user.open(page.url)), 'no cache kept it');
  t.is(page.headers['cache-control'], 'no-store');
});

const passwords = [
  ['', 'password_too_short'],
  ['short', 'password_too_short'],
  ['password1', 'password_too_common'],
  ['aaaaaaaaaaaa', 'password_too_common'],
  ['ADDRESS', 'password_like_login'],
  ['a'.repeat(1025), 'password_too_long'],
] as const;

for (const [typed, problem] of passwords) {
  test(`the password ${JSON.stringify(typed.slice(0, 20))} is refused beside its field, and is nowhere on the page`, async (t) => {
    const { user, page, account } = await atAccount(fixture);
    const password = typed === 'ADDRESS' ? account.email : typed;
    const answer = await user.submit(page, 'password-submit', { password });
    t.is(answer.status, 400);
    t.true(answer.body.includes(`id="password-problem" data-problem="${problem}"`), answer.body);
    t.regex(answer.body, /<input id="new-password"[^>]* aria-invalid="true"/);
    t.is(fieldValue(answer, 'password'), undefined);
    if (typed.length > 5 && typed !== 'ADDRESS') t.false(answer.body.includes(typed));
    t.is((await installation.accounts.get(account.id))?.passwordHash, account.passwordHash);
  });
}

const badNames = [
  ['a'.repeat(201), 'name_too_long'],
  ['😀'.repeat(201), 'name_too_long'],
  ['Ada\r\nBcc: eve@example.com', 'name_invalid'],
  ['Ada\u2028Eve', 'name_invalid'],
  ['Ada\0Eve', 'name_invalid'],
  ['\u0301', 'name_invalid'],
] as const;

for (const [typed, problem] of badNames) {
  test(`the name ${JSON.stringify(typed.slice(0, 20))} is refused beside its field`, async (t) => {
    const { user, page, account } = await atAccount(fixture);
    const answer = await user.submit(page, 'name-submit', { name: typed });
    t.is(answer.status, 400);
    t.true(answer.body.includes(`id="name-problem" data-problem="${problem}"`));
    t.is((await installation.accounts.get(account.id))?.name, 'Ada');
  });
}

test('a name of the greatest length is taken, and markup in one is text', async (t) => {
  for (const name of ['😀'.repeat(200), '<b>Ada</b>', '"><script>', 'Ada\u200d\u0301']) {
    const { user, page, account } = await atAccount(fixture);
    const answer = await user.submit(page, 'name-submit', { name });
    t.is((await installation.accounts.get(account.id))?.name, name);
    t.false(answer.body.includes('<b>Ada') || answer.body.includes('"><script>'));
  }
});

test('an account is not closed before the box is ticked', async (t) => {
  const { user, page, account } = await atAccount(fixture);
  for (const fields of [{}, { understood: '' }, { understood: 'no' }]) {
    const answer = await user.submit(page, 'close-submit', fields);
    t.is(answer.status, 400);
    t.true(answer.body.includes('id="closing-problem"'));
  }
  t.truthy(await installation.accounts.get(account.id));
});

test('no page of these may be framed, cached or sniffed', async (t) => {
  const { user, page } = await waiting();
  const message = await user.submit(page, 'password-submit', { password: 'four words for a gate' });
  for (const { headers } of [page, message, await newVisitor().open(`${issuer}/new-address/x`)]) {
    t.is(headers['x-frame-options'], 'DENY');
    t.regex(String(headers['content-security-policy']), /frame-ancestors 'none'/);
    t.is(headers['cache-control'], 'no-store');
    t.is(headers['referrer-policy'], 'no-referrer');
  }
});

test('the cookies of the page are for us alone', async (t) => {
  const { user } = await atAccount(fixture);
  const { cookies } = await user.jar.serialize();
  t.true(cookies.some(({ key }) => key === 'latchkey_account'));
  for (const { httpOnly, sameSite, key, path } of cookies.filter((one) => one.key?.startsWith('latchkey_account'))) {
    t.true(httpOnly, key);
    t.is(sameSite, 'lax', key);
    t.is(path, '/', key);
  }
});

test('a cookie whose content was changed signs nobody in', async (t) => {
  const [mine, theirs] = [await atAccount(fixture), await atAccount(fixture)];
  const cookie = (await mine.user.jar.getCookies(issuer)).find(({ key }) => key === 'latchkey_account');
  const kept = JSON.parse(Buffer.from(cookie?.value ?? '', 'base64url').toString());
  kept.content.accountId = theirs.account.id;
  const forged = Buffer.from(JSON.stringify(kept)).toString('base64url');
  for (const value of [forged, 'x', '', '%00', 'A'.repeat(3000)]) {
    const jar = await mine.user.jar.clone();
    await jar.setCookie(`latchkey_account=${value}; path=/`, issuer);
    const page = await newVisitor({ jar }).open(`${issuer}/account`);
    t.false(page.body.includes(theirs.account.email), value.slice(0, 9));
  }
});

test('on https the cookies cannot be set by a sibling domain', async (t) => {
  const secrets = { SECRET_KEYS: randomBytes(32).toString('base64url'), BCRYPT_COST: '10' };
  const settings = { ISSUER: 'https://id.example.com', NODE_ENV: 'production', ...secrets };
  const { latchkey: production } = await ownProvider(t, { environment: settings });
  const { headers, statusCode } = await got(`${production.address}/account`, { followRedirect: false });
  t.is(statusCode, 303);
  t.true(String(headers.location).startsWith('https://id.example.com/auth?'));
  const begun = headers['set-cookie']?.filter((cookie) => cookie.includes('latchkey_account')) ?? [];
  t.is(begun.length, 2);
  for (const cookie of begun)
    t.regex(cookie, /^__Host-latchkey_account_begun(?:\.sig)?=.*; path=\/; .*secure; httponly$/i);
});

test('where no mail is sent the page says who changes the address, and takes none', async (t) => {
  const { server, origin } = await listen(t);
  const folder = await temporaryFolder(t);
  const settings = { ISSUER: origin, STORAGE_URL: 'sqlite::memory:', DATA_FOLDER: folder, BCRYPT_COST: '4' };
  // As production is without SMTP_URL.
  const config = { ...readConfig(settings), mail: { way: 'none' } } as const;
  const opened = await openInstallation(config);
  t.teardown(opened.close);
  const ignore = () => undefined;
  const { app } = await createHost(opened, { debug: ignore, info: ignore, warn: ignore, error: ignore });
  server.on('request', app.callback());
  const own = {
    latchkey: { issuer: origin },
    newAccount: (details = {}) => createAccount({ email: 'ada@example.com', password: PASSWORD, ...details }, opened),
  };
  const { user, page, account } = await atAccount(own);
  t.true(page.body.includes('id="email-by-administrator"'));
  t.false(page.body.includes('id="email-submit"'));
  const form = formOf(page, 'action="/account/name"');
  const address = form.address.replace('/name', '/email');
  const answer = await send(user, { ...form, address }, { fields: { email: 'new@example.com' } });
  t.is(answer.statusCode, 400);
  t.is((await opened.accounts.get(account.id))?.pendingEmail, undefined);
});

test('when too many passwords are being hashed the page says so, and when to try again', async (t) => {
  const own = await ownProvider(t);
  const { user, page, account } = await atAccount(own);
  Object.assign(own.latchkey.installation.hasher, {
    async hash() {
      throw new DomainError('hashing_busy', { retryAfterSeconds: 2 });
    },
  });
  const answer = await user.submit(page, 'password-submit', { password: 'four words for a gate' });
  t.is(answer.status, 503);
  t.is(answer.headers['retry-after'], '2');
  t.true(answer.body.includes('data-problem="busy"'));
  t.is((await own.latchkey.installation.accounts.get(account.id))?.passwordHash, account.passwordHash);
});

test('the page and its messages come in German too', async (t) => {
  const { user, page } = await atAccount(fixture, {}, newVisitor({ headers: { 'accept-language': 'de' } }));
  t.true(page.body.includes('Ihr Konto'));
  t.true((await user.submit(page, 'name-submit', { name: 'a'.repeat(201) })).body.includes('zu lang'));
});

test('whatever call of closing fails, the account is its owner’s as before or gone, and nothing is left after a repeat', async (t) => {
  const storage = breakableStorage();
  const own = await ownProvider(t, { wrapRecords: storage.wrapRecords });
  const { installation: stored } = own.latchkey;
  const passwordHash = await stored.hasher.hash(PASSWORD);
  const make = (email: string) => createAccount({ email, passwordHash }, stored);
  const close = (id: string) => deleteAccount(id, stored, { reason: 'user', notice: { language: 'en' } });
  let number = 0;
  for (let made = 1; made >= number; ) {
    number += 1;
    const { id, email } = await make(`closing-${number}@example.com`);
    const expiresAt = Date.now() + 3_600_000;
    await stored.links.create({ purpose: 'reset_password', subject: id, email, accountId: id, expiresAt });
    await remember(stored.consents, { accountId: id, clientId: 'x' });
    storage.failCall(number);
    await close(id).catch(() => undefined);
    made = storage.recover();
    const left = await stored.accounts.get(id);
    // Its owner can close it once more; of one that is gone, an administrator finishes the rest by its id.
    t.false(left?.isDisabled ?? false, `call ${number}`);
    if (left === undefined) await stored.accounts.remove((await make(email)).id);
    await close(id).catch(() => undefined);
    t.is(await stored.accounts.get(id), undefined);
    t.is(await stored.consents.removeForAccount(id), 0, `call ${number}`);
    t.is(await stored.links.endAllOf(id), 0, `call ${number}`);
  }
  t.true(number > 10, String(number));
});

test('whatever was under way while the account was deleted ends on the page that says so', async (t) => {
  const own = await ownProvider(t);
  const { installation: stored } = own.latchkey;
  for (const change of names.filter((name) => name !== 'closing')) {
    const at = await atAccount(own);
    const page = await at.user.submit(at.page, 'email-submit', { email: `waits-${at.account.id}@example.com` });
    const { updateIdentifiers, update } = stored.accounts;
    const gone = async () => undefined;
    // Deleted between the look at who is signed in and the write.
    Object.assign(stored.accounts, { update: gone, updateIdentifiers: gone });
    const answer = await at.user.submit(page, changes[change].button, changes[change].fields);
    Object.assign(stored.accounts, { update, updateIdentifiers });
    t.is(answer.status, 403, change);
    t.true(hasMessage(answer, 'signed_out'), change);
  }
});
