/** What a page of recovery leads back to, and where each error of it ends: on a page with a button that goes on. */
import test from 'ava';
import { advance, stopTime } from '../protocol/time.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { choosePassword, newestLink, newLink } from '../support/recovery.ts';
import type { App } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

stopTime();
const fixture = await sharedProvider();
const { issuer } = fixture.latchkey;
const NEW_PASSWORD = 'another good one, by mail';
const HOME = 'https://notes.example.com/';
const INITIATE = 'https://notes.example.com/sign-in';

/** Where the one primary button or link of a page leads. */
function leadsTo({ body }: Page): string | undefined {
  return /<a class="button(?: primary)?" href="([^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
}

const linkTo = (page: Page, id: string): string =>
  new RegExp(`id="${id}"[^>]* href="([^"]*)"`).exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';

interface Begun {
  readonly email: string;
  readonly app: App;
  readonly user: User;
  readonly login: Page;
  readonly link: string;
}

/** From the login page of an app to the mail. */
async function begin(metadata = {}): Promise<Begun> {
  const { email } = await fixture.newAccount();
  const app = await fixture.newApp(metadata);
  const user = newVisitor();
  const login = await user.open(app.request().url);
  const recover = await user.open(new URL(linkTo(login, 'forgot-password'), issuer).href);
  await user.submit(recover, 'recover-submit', { email });
  return { email, app, user, login, link: await newestLink(fixture, email) };
}

test.serial(
  'in the browser that began the new password leads back to the sign-in, which ends at the app',
  async (t) => {
    const { user, link, email, login } = await begin();
    const done = await choosePassword(link, NEW_PASSWORD, user);
    t.is(new URL(leadsTo(done) ?? '', issuer).href, login.url);
    const page = await user.open(new URL(leadsTo(done) ?? '', issuer).href);
    const consent = await user.submit(page, 'login-submit', { login: email, password: NEW_PASSWORD });
    t.true((await user.submit(consent, 'consent-submit')).url.startsWith('https://app.example.com/callback?code='));
  },
);

/** Where it leads that has no sign-in to go back to. */
const ways: Readonly<Record<string, readonly [object, RegExp]>> = {
  'where the app lets one begin': [
    { initiate_login_uri: INITIATE, client_uri: HOME },
    /^https:\/\/notes\.example\.com\/sign-in\?iss=/,
  ],
  'the app’s home page': [{ client_uri: HOME }, /^https:\/\/notes\.example\.com\/$/],
  'the account, of an app without a page': [{}, /^\/account$/],
};

for (const [where, [metadata, address]] of Object.entries(ways)) {
  test.serial(`in another browser a new password leads to ${where}`, async (t) => {
    const { link } = await begin(metadata);
    t.regex(leadsTo(await choosePassword(link, NEW_PASSWORD)) ?? '', address);
  });

  test.serial(`when the sign-in has expired a new password leads to ${where}`, async (t) => {
    const { link, user } = await begin(metadata);
    advance(30 * 60);
    t.regex(leadsTo(await choosePassword(link, NEW_PASSWORD, user)) ?? '', address);
  });

  test.serial(`when the sign-in was finished meanwhile a new password leads to ${where}`, async (t) => {
    const { link, user, login } = await begin(metadata);
    await user.submit(login, 'abort');
    t.regex(leadsTo(await choosePassword(link, NEW_PASSWORD, user)) ?? '', address);
  });
}

test.serial('somebody else’s sign-in is not what a new password leads to', async (t) => {
  const { login, app } = await begin();
  const { email } = await fixture.newAccount();
  const [uid] = new URL(login.url).pathname.split('/').slice(-1);
  const user = newVisitor();
  const query = `?client_id=${app.client.client_id}&sign_in=${uid}`;
  const done = await choosePassword(await newLink(fixture, email, { user, query }), NEW_PASSWORD, user);
  t.is(leadsTo(done), '/account');
});

test.serial(
  'recovery without a sign-in leads to the account, and an app that is made up, removed or odd leads nowhere',
  async (t) => {
    const { app, link } = await begin({ client_uri: HOME });
    await fixture.latchkey.installation.clients.remove(app.client.client_id);
    await fixture.latchkey.installation.providerDeps.caches.clients.reload(app.client.client_id);
    t.is(leadsTo(await choosePassword(link, NEW_PASSWORD)), '/account');
    const odd = [
      '',
      '?client_id=made-up',
      '?client_id=https://evil.example/',
      '?client_id=a&client_id=b',
      '?sign_in=x',
    ];
    for (const query of [...odd, '?client_id=%00', '?client_id=__proto__', `?client_id=${'x'.repeat(5000)}`]) {
      const { email } = await fixture.newAccount();
      const newest = await newLink(fixture, email, { query });
      t.is(new URL(newest).search, '', query);
      t.is(leadsTo(await choosePassword(newest, NEW_PASSWORD)), '/account', query);
    }
  },
);

/** What goes wrong on the way, and where the page that is shown then leads. */
const errors: Readonly<Record<string, readonly [number, RegExp, (begun: Begun) => Promise<Page>]>> = {
  'the link pressed twice': [
    410,
    /^\/recover\?client_id=/,
    async ({ link, user }) => {
      const page = await user.open(link);
      await user.submit(page, 'reset-submit', { password: NEW_PASSWORD });
      return user.submit(page, 'reset-submit', { password: NEW_PASSWORD });
    },
  ],
  'back to the page of a used link': [
    410,
    /^\/recover\?client_id=/,
    async ({ link, user }) => {
      await choosePassword(link, NEW_PASSWORD, user);
      return user.open(link);
    },
  ],
  'an old mail': [
    410,
    /^\/recover\?client_id=/,
    async ({ link }) => {
      advance(2 * 60 * 60);
      return newVisitor().open(link);
    },
  ],
  'a link that a mail program cut': [410, /^\/recover$/, async ({ link }) => newVisitor().open(link.slice(0, 80))],
  'cookies blocked at the request': [
    403,
    /^\/recover$/,
    async () => {
      const page = await newVisitor().open(`${issuer}/recover`);
      return newVisitor().submit(page, 'recover-submit', { email: 'ada@example.com' });
    },
  ],
  // To the address that is open: the link stays good, and is in no page.
  'cookies blocked at the new password': [
    403,
    /^$/,
    async ({ link }) => newVisitor().submit(await newVisitor().open(link), 'reset-submit', { password: NEW_PASSWORD }),
  ],
  'the request sent twice': [
    200,
    /^\/recover\?client_id=/,
    async ({ user, login, email }) => {
      const recover = await user.open(new URL(linkTo(login, 'forgot-password'), issuer).href);
      await user.submit(recover, 'recover-submit', { email });
      return user.submit(recover, 'recover-submit', { email });
    },
  ],
};

for (const [what, [status, address, act]] of Object.entries(errors)) {
  test.serial(`${what}: a page says what to do, and its button leads on`, async (t) => {
    const page = await act(await begin());
    t.is(page.status, status);
    t.regex(leadsTo(page) ?? 'nowhere', address);
  });
}

test.serial(
  'a link that is gone leads back to its app too, and names the app to the page that sends another',
  async (t) => {
    const { link, app } = await begin({ client_uri: HOME });
    await choosePassword(link, NEW_PASSWORD);
    const gone = await newVisitor().open(link);
    t.is(linkTo(gone, 'to-app'), HOME);
    t.is(leadsTo(gone), `/recover?client_id=${app.client.client_id}`);
  },
);

test.serial('an empty request keeps the page, says so beside the field, and keeps what leads back', async (t) => {
  const { user, login } = await begin();
  const address = linkTo(login, 'forgot-password');
  for (const email of ['', '   ', '\u200b\u2060', '\t\r\n']) {
    const page = await user.submit(await user.open(new URL(address, issuer).href), 'recover-submit', { email });
    t.is(page.status, 400);
    t.true(page.body.includes('id="email-problem"'));
    t.true(page.body.includes(`action="${address.replaceAll('&', '&amp;')}"`));
  }
});

test.serial('the pages are in the language of the reader, and so is the mail', async (t) => {
  const user = newVisitor({ headers: { 'accept-language': 'de' } });
  const { email } = await fixture.newAccount();
  const link = await newLink(fixture, email, { user });
  for (const page of [
    await user.open(`${issuer}/recover`),
    await user.open(link),
    await user.open(`${issuer}/reset/x`),
  ])
    t.true(page.body.includes('<html lang="de">'));
  const [mail] = await mailsTo(fixture.latchkey, email);
  t.true(mail?.html.includes('<html lang="de">'));
});
