/** Every link that is mailed starts with the issuer, whatever the request says about host, scheme and address. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import { atAccount, changes } from '../account/fixture.ts';
import { begins, newAddress } from '../registration/registering.ts';
import { absoluteTargets, EVIL, forwardingForms } from '../support/forwarding-forms.ts';
import { mailsTo } from '../support/mails.ts';
import { type Fixture, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { askForLink } from '../support/recovery.ts';
import type { User } from '../support/user.ts';
import { sendRaw } from './raw-request.ts';
import { formOf } from './sent-form.ts';

// Most forms come from one network, which may cause 20 mails a day.
const fixture = await sharedProvider({ environment: { BUDGET_FACTOR: '100' } });
const { issuer } = fixture.latchkey;

/** Every page that mails: does it in this browser, and returns the address that is written to. */
const doors: Readonly<Record<string, (fixture: Fixture, user: User) => Promise<string>>> = {
  async recovery(provider, user) {
    const { email } = await provider.newAccount();
    await askForLink(provider, email, { user });
    return email;
  },
  'recovery, by the username': async (provider, user) => {
    const username = `u${randomUUID()}`;
    const { email } = await provider.newAccount({ username });
    await askForLink(provider, username, { user });
    return email;
  },
  registration: async (provider, user) => (await begins(provider, { user })).email,
  async 'a registration that is mailed again'(provider, user) {
    const { email, waiting } = await begins(provider, { user });
    await user.submit(waiting, 'send-again');
    const { length } = await mailsTo(provider.latchkey, email);
    if (length !== 2) throw new Error(`${length} mails went to ${email}`);
    return email;
  },
  async 'registration with a known address'(provider, user) {
    const { email } = await provider.newAccount();
    await begins(provider, { user, email });
    return email;
  },
  async 'a new address'(provider, user) {
    const { page } = await atAccount(provider, {}, user);
    const email = newAddress();
    await user.submit(page, 'email-submit', { email });
    return email;
  },
  async 'a new address, as the one before is told'(provider, user) {
    const { page, account } = await atAccount(provider, {}, user);
    await user.submit(page, 'email-submit', { email: newAddress() });
    return account.email;
  },
  async 'a new address that another account has'(provider, user) {
    const { page } = await atAccount(provider, {}, user);
    const { email } = await provider.newAccount();
    await user.submit(page, 'email-submit', { email });
    return email;
  },
  async 'a changed password'(provider, user) {
    const { page, account } = await atAccount(provider, {}, user);
    await user.submit(page, 'password-submit', changes.password.fields);
    return account.email;
  },
};

// One after the other: of many who choose a password at once, some are told to come again.
for (const [door, mail] of Object.entries(doors)) {
  for (const [form, headers] of Object.entries(forwardingForms)) {
    test.serial(`${door}: the link starts with the issuer, whatever is in ${form}`, async (t) => {
      const to = await mail(fixture, newVisitor({ headers }));
      const mails = await mailsTo(fixture.latchkey, to);
      t.true(mails.length > 0);
      for (const { link = '' } of mails) {
        t.true(link.startsWith(`${issuer}/`), link);
        t.false(link.toLowerCase().includes('evil'));
      }
    });
  }
}

for (const target of absoluteTargets) {
  test.serial(`a form that is posted to ${target('/recover')} mails a link that starts with the issuer`, async (t) => {
    const { email } = await fixture.newAccount();
    const user = newVisitor();
    const { hidden } = formOf(await user.open(`${issuer}/recover`), '/recover');
    const cookie = await user.jar.getCookieString(`${issuer}/recover`);
    const { status } = await sendRaw(issuer, {
      method: 'POST',
      target: target('/recover'),
      headers: [`Host: ${EVIL}`, `Cookie: ${cookie}`, 'Content-Type: application/x-www-form-urlencoded'],
      body: String(new URLSearchParams({ ...hidden, email })),
    });
    t.is(status, 200);
    const [mail] = await mailsTo(fixture.latchkey, email);
    t.true(mail?.link?.startsWith(`${issuer}/reset/`), mail?.link);
  });
}
