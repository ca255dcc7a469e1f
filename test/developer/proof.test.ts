/** A proof that has grown too old, and networks that may not come. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { isLoginPage } from '../account/fixture.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { newVisitor, ownProvider, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { atPortal, newDeveloper, REDIRECT, secretOn, withClient } from './fixture.ts';

stopTime();
const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;

const TOO_OLD_SECONDS = 10 * 60 + 1;

const proves = (user: User, login: Page, email: string): Promise<Page> =>
  user.submit(login, 'login-submit', { login: email, password: PASSWORD });

test.serial(
  'a new client that is sent with a proof that has grown old waits, as it was typed, behind a sign-in',
  async (t) => {
    const { user, account } = await atPortal(fixture);
    const form = await user.open(`${issuer}/developer/new`);
    advance(TOO_OLD_SECONDS);
    const fields = { client_name: 'Typed "before"', redirect_uris: `${REDIRECT}\n${REDIRECT}/two`, type: 'native' };
    const login = await user.submit(form, 'client-create', { ...fields, tos_uri: 'https://notes.example/tos' });
    t.true(isLoginPage(login));
    t.deepEqual(await installation.clients.listOwnedBy(account.id, 1), []);
    const back = await proves(user, login, account.email);
    t.is(back.url, `${issuer}/developer/new`);
    t.true(back.body.includes('id="not-saved"'));
    t.true(back.body.includes('value="Typed &#34;before&#34;"'));
    t.true(back.body.includes(`${REDIRECT}\n${REDIRECT}/two</textarea>`));
    t.regex(back.body, /value="native" id="type-native"[^>]* checked/);
    t.regex(back.body, /name="tos_uri"[^>]* value="https:\/\/notes.example\/tos"/);
    const made = await user.submit(back, 'client-create', fields);
    t.is(made.status, 200);
    t.false((await user.open(`${issuer}/developer/new`)).body.includes('Typed'));
  },
);

test.serial(
  'settings, secret and removal ask for a new proof too, and what was typed is on the page again',
  async (t) => {
    const { user, account, clientId, page } = await withClient(fixture);
    const shown = await user.open(`${issuer}/developer/clients/${clientId}`);
    const before = await installation.clients.get(clientId);
    for (const [button, fields] of [
      ['client-save', { client_name: 'Typed before', redirect_uris: REDIRECT }],
      ['secret-rotate', { overlap: '1' }],
      ['client-remove', { understood: 'yes' }],
    ] as const) {
      advance(TOO_OLD_SECONDS);
      const login = await user.submit(button === 'client-save' ? page : shown, button, fields);
      t.true(isLoginPage(login), button);
      t.deepEqual(await installation.clients.get(clientId), before);
      const back = await proves(user, login, account.email);
      t.is(back.url, `${issuer}/developer/clients/${clientId}`);
      t.is(back.body.includes('value="Typed before"'), button === 'client-save');
      t.is(back.body.includes('id="not-saved"'), button === 'client-save');
    }
  },
);

test.serial('what is too long for a cookie stays on the page, with a link to a sign-in in another tab', async (t) => {
  const { user, account } = await atPortal(fixture);
  const form = await user.open(`${issuer}/developer/new`);
  advance(TOO_OLD_SECONDS);
  const long = Array.from({ length: 80 }, () => `https://notes.example/${randomBytes(40).toString('hex')}`).join('\n');
  const refused = await user.submit(form, 'client-create', { client_name: 'Long', redirect_uris: long, type: 'web' });
  t.is(refused.status, 400);
  t.true(refused.body.includes(`${long}</textarea>`));
  const href = /id="prove" href="([^"]*)" target="_blank"/.exec(refused.body)?.[1] ?? '';
  const back = await proves(user, await user.open(`${issuer}${href}`), account.email);
  t.is(back.url, `${issuer}/developer/new`);
  const made = await user.submit(refused, 'client-create', { client_name: 'Long', redirect_uris: long, type: 'web' });
  t.regex(secretOn(made), /^lk_cs_/);
});

test.serial(
  'a form that is older than a day, or was made by hand, makes no client before it is sent again',
  async (t) => {
    const { user, account } = await atPortal(fixture);
    const form = await user.open(`${issuer}/developer/new`);
    advance(25 * 3600);
    const fields = { client_name: 'Typed long ago', redirect_uris: REDIRECT, type: 'web' };
    await proves(user, await user.submit(form, 'client-create', fields), account.email);
    for (const named of [{}, { form: '' }, { form: 'x' }, { form: `${'9'.repeat(12)}.${'x'.repeat(22)}` }]) {
      const page = await user.submit(form, 'client-create', { ...fields, ...named });
      t.is(page.status, 400);
      t.true(page.body.includes('id="not-saved"'));
      t.true(page.body.includes('value="Typed long ago"'));
    }
    t.deepEqual(await installation.clients.listOwnedBy(account.id, 1), []);
    const again = await user.submit(form, 'client-create', fields);
    t.regex(secretOn(await user.submit(again, 'client-create', fields)), /^lk_cs_/);
  },
);

test.serial('a form of the page before does nothing for whoever has signed in since', async (t) => {
  const { user } = await atPortal(fixture);
  const form = await user.open(`${issuer}/developer/new`);
  const fields = { client_name: 'Notes', redirect_uris: REDIRECT, account: (await newDeveloper(fixture)).id };
  const refused = await user.submit(form, 'client-create', fields);
  t.is(refused.status, 403);
  t.true(refused.body.includes('data-message="signed_out"'));
});

test.serial('ALLOWED_IPS holds at every address of the portal, before anything is read or asked', async (t) => {
  const inside = '198.51.100.7';
  const { latchkey, ...rest } = await ownProvider(t, { environment: { ALLOWED_IPS: '198.51.100.0/24' } });
  const user = newVisitor({ headers: { 'x-forwarded-for': inside } });
  const { clientId, page } = await withClient({ latchkey, ...rest }, {}, user);
  t.is(page.status, 200);
  const outside = newVisitor({ jar: user.jar, headers: { 'x-forwarded-for': '203.0.113.9' } });
  for (const path of ['', '/new', `/clients/${clientId}`]) {
    const refused = await outside.open(`${latchkey.issuer}/developer${path}`);
    t.is(refused.status, 403, path);
    t.false(refused.body.includes('Notes'));
  }
  const shown = await user.open(`${latchkey.issuer}/developer/clients/${clientId}`);
  for (const [at, button] of [
    [await user.open(`${latchkey.issuer}/developer/new`), 'client-create'],
    [shown, 'client-save'],
    [shown, 'secret-rotate'],
    [shown, 'client-remove'],
  ] as const) {
    const fields = { client_name: 'Outside', overlap: '0', understood: 'yes', redirect_uris: REDIRECT };
    t.is((await outside.submit(at, button, fields)).status, 403, button);
  }
  t.like((await latchkey.installation.clients.get(clientId))?.metadata, { client_name: 'Notes' });
  t.true(
    latchkey.logged.some(({ event, reason, endpoint }) =>
      [event, reason, endpoint].join(' ').startsWith('request.refused address_not_allowed developer'),
    ),
  );
});
