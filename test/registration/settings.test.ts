/** Who may register: ACCOUNT_REGISTRATION, REGISTRATION_DOMAINS, mail, terms. */
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { approveAccount } from '../../src/domain/registration/approval.ts';
import { mailsTo } from '../support/mails.ts';
import { type Fixture, newVisitor, ownProvider, TERMS, toldApp } from '../support/provider-fixture.ts';
import {
  begins,
  confirms,
  isConsent,
  linkOn,
  NEW_PASSWORD,
  newAddress,
  opensForm,
  outcomeOf,
  problemOf,
  shownCode,
} from './registering.ts';
import { signIn } from './sign-in.ts';

const promptsOf = async ({ latchkey }: Fixture) => {
  const { body } = await got<{ prompt_values_supported: string[] }>(
    `${latchkey.issuer}/.well-known/openid-configuration`,
    { responseType: 'json' },
  );
  return body.prompt_values_supported;
};

const provider = (t: ExecutionContext, environment: Readonly<Record<string, string>>) =>
  ownProvider(t, { environment });

for (const mode of ['open', 'approval']) {
  test(`prompt=create is supported where people register for themselves: ${mode}`, async (t) => {
    const fixture = await provider(t, { ACCOUNT_REGISTRATION: mode });
    t.deepEqual(await promptsOf(fixture), ['none', 'login', 'consent', 'select_account', 'create']);
    const { register } = await opensForm(fixture);
    t.true(register.body.includes('id="register-submit"'));
  });
}

const closed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'invited alone': { ACCOUNT_REGISTRATION: 'invited' },
  off: { ACCOUNT_REGISTRATION: 'off' },
  'open, but mail is off': {
    ISSUER: 'https://id.example.com',
    NODE_ENV: 'production',
    SECRET_KEYS: randomBytes(32).toString('base64url'),
    BCRYPT_COST: '10',
  },
};

for (const [what, environment] of Object.entries(closed)) {
  test(`where nobody registers for themselves, prompt=create is a value that is not known: ${what}`, async (t) => {
    const fixture = await provider(t, environment);
    const { latchkey, newApp } = fixture;
    const app = await newApp();
    const at = (url: string) => url.replace(latchkey.issuer, latchkey.address);
    const discovery = await got(`${latchkey.address}/.well-known/openid-configuration`, { responseType: 'json' });
    t.false(JSON.stringify(discovery.body).includes('"create"'));
    const told = async (prompt: string) => toldApp(await newVisitor().open(at(app.request({ prompt }).url)));
    const { state: _one, iss: _two, ...asUnknown } = await told('unheard');
    const { state: _three, iss: _four, ...asCreate } = await told('create');
    t.is(asCreate.error, 'invalid_request');
    t.deepEqual(asCreate, asUnknown);
  });

  if (environment.ISSUER !== undefined) continue;
  test(`its pages say that nobody registers for themselves, and lead to the sign-in page: ${what}`, async (t) => {
    const fixture = await provider(t, environment);
    const user = newVisitor();
    const login = await user.open((await fixture.newApp()).request().url);
    t.is(linkOn(login, 'register'), undefined);
    const page = await user.open(login.url.replace('?', '/register?'));
    t.is(page.status, 403);
    t.is(outcomeOf(page), 'closed');
    t.regex(page.body, /class="button primary" href="[^"]*\/login\?/);
    const csrf = /name="csrf" value="([^"]*)"/.exec(login.body)?.[1] ?? '';
    const form = { csrf, email: newAddress(), password: NEW_PASSWORD };
    const posted = await got.post(login.url.replace('?', '/register?'), {
      form,
      cookieJar: user.jar,
      throwHttpErrors: false,
    });
    t.is(posted.statusCode, 403);
    t.deepEqual(await mailsTo(fixture.latchkey, form.email), []);
  });
}

test('none and create cannot be asked for together', async (t) => {
  const { newApp } = await provider(t, {});
  for (const prompt of ['none create', 'create none'])
    t.is(toldApp(await newVisitor().open((await newApp()).request({ prompt }).url)).error, 'invalid_request');
});

test('with approval nobody is signed in, and the page says so; at the sign-in page after the right password only', async (t) => {
  const fixture = await provider(t, { ACCOUNT_REGISTRATION: 'approval' });
  const { latchkey } = fixture;
  const { email, user, app, waiting } = await begins(fixture);
  t.is(outcomeOf(await confirms(fixture, email, user)), 'awaiting');
  t.is(outcomeOf(await user.open(waiting.url)), 'awaiting');
  t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
  t.like(await latchkey.installation.accounts.findByIdentifier(email), { awaitsApproval: true, emailVerified: true });
  t.true((await mailsTo(latchkey, email)).some(({ text }) => text === 'awaiting_approval'));

  const right = await signIn(fixture, email, NEW_PASSWORD);
  t.is(right.status, 403);
  t.is(problemOf(right), 'awaits_approval');
  const wrong = await signIn(fixture, email, 'wrong');
  t.is(wrong.status, 400);
  t.is(problemOf(wrong), 'wrong_credentials');

  const { accounts } = latchkey.installation;
  const { id = '' } = (await accounts.findByIdentifier(email)) ?? {};
  await approveAccount(id, { ...latchkey.installation, issuer: latchkey.issuer });
  t.is(outcomeOf(await user.open(waiting.url)), 'made');
  await accounts.remove(id);
  t.is(outcomeOf(await user.open(waiting.url)), 'gone');

  const other = await begins(fixture);
  const code = shownCode(await confirms(fixture, other.email, newVisitor()));
  t.is(outcomeOf(await other.user.submit(other.waiting, 'code-submit', { code })), 'awaiting');
  const third = await begins(fixture);
  const elsewhere = newVisitor();
  const chosen = { password: 'otherwise than it was typed' };
  const page = await elsewhere.submit(await confirms(fixture, third.email, elsewhere), 'password-submit', chosen);
  t.is(outcomeOf(page), 'awaiting');
});

test('only addresses of the domains may register, and those below them are others', async (t) => {
  const fixture = await provider(t, { REGISTRATION_DOMAINS: 'example.org,bücher.example' });
  const known = await fixture.newAccount();
  const tried = async (email: string) => (await begins(fixture, { email })).waiting;
  for (const email of [
    'wren@example.org',
    'wren@EXAMPLE.ORG',
    'wren@xn--bcher-kva.example',
    'wren@Bücher.example',
    'wren@example.org',
  ])
    t.true((await tried(email)).body.includes('id="code-submit"'), email);
  for (const email of [
    'wren@sub.example.org',
    'wren@example.org.example',
    'wren@notexample.org',
    'wren@example.com',
    'wren@bucher.example',
    known.email,
  ]) {
    const page = await tried(email);
    t.is(page.status, 400, email);
    t.is(problemOf(page), 'domain_not_allowed', email);
    t.regex(page.body, /id="email-problem" data-problem="domain_not_allowed"/);
  }
});

test('the terms are accepted with their version and time, and a new one chooses for itself', async (t) => {
  const fixture = await provider(t, TERMS);
  const { latchkey } = fixture;
  const refused = await begins(fixture);
  t.is(refused.waiting.status, 400);
  t.regex(refused.waiting.body, /id="terms-problem"/);
  const fields = { terms: TERMS.TERMS_VERSION };
  const before = Date.now();
  const { email, user } = await begins(fixture, { fields });
  t.true(isConsent(await confirms(fixture, email, user)));
  const accepted = (await latchkey.installation.accounts.findByIdentifier(email))?.acceptedTerms;
  t.is(accepted?.version, TERMS.TERMS_VERSION);
  t.true((accepted?.at ?? 0) >= before);

  const other = await begins(fixture, { fields });
  const elsewhere = newVisitor();
  const page = await confirms(fixture, other.email, elsewhere);
  const password = 'otherwise than it was typed';
  const unticked = await elsewhere.submit(page, 'password-submit', { password });
  t.is(unticked.status, 400);
  t.regex(unticked.body, /id="terms-problem"/);
  t.is(outcomeOf(await elsewhere.submit(unticked, 'password-submit', { password, ...fields })), 'made');
});
