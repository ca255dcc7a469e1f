/** Initiating User Registration via OpenID Connect 1.0: `prompt=create`, in whatever way the request comes. */
import test from 'ava';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { confirms, isConsent, NEW_PASSWORD, newAddress } from '../registration/registering.ts';
import { newVisitor, obtainCode, sharedProvider, toldApp } from '../support/provider-fixture.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;

type AppOf = Awaited<ReturnType<typeof newApp>>;

const parametersOf = (app: AppOf, more: Readonly<Record<string, string>>) =>
  Object.fromEntries(new URL(app.request({ prompt: 'create', ...more }).url).searchParams);

const ways: Readonly<Record<string, (more: Readonly<Record<string, string>>) => Promise<string>>> = {
  'in the address': async (more) => (await newApp()).request({ prompt: 'create', ...more }).url,
  async 'in a pushed request'(more) {
    const app = await newApp();
    const { body } = await app.post('/request', parametersOf(app, more));
    // RFC 9126 2.3: the app is told at once.
    if (body.error !== undefined) return `${latchkey.issuer}/docs/errors/${body.error}`;
    const query = { client_id: app.client.client_id, request_uri: String(body.request_uri) };
    return `${latchkey.issuer}/auth?${new URLSearchParams(query)}`;
  },
  async 'in a request object'(more) {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }] };
    const app = await newApp({ jwks });
    const { client_id: id } = app.client;
    const request = await new SignJWT(parametersOf(app, more))
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(id)
      .setAudience(latchkey.issuer)
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime('1m')
      .setJti(crypto.randomUUID())
      .sign(privateKey);
    return `${latchkey.issuer}/auth?${new URLSearchParams({ client_id: id, request })}`;
  },
};

const extras: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alone: {},
  'with login': { prompt: 'create login' },
  'with consent': { prompt: 'consent create' },
  'with max_age': { max_age: '100' },
  'with max_age of 0': { max_age: '0' },
  'with a level': { acr_values: 'urn:latchkey:acr:password' },
};

for (const [way, addressOf] of Object.entries(ways)) {
  for (const [what, more] of Object.entries(extras)) {
    test(`the page to register comes first, and who registers gets a code: ${way}, ${what}`, async (t) => {
      const user = newVisitor();
      const register = await user.open(await addressOf(more));
      t.true(register.body.includes('id="register-submit"'), register.body);
      const email = newAddress();
      await user.submit(register, 'register-submit', { email, password: NEW_PASSWORD });
      const consent = await confirms(fixture, email, user);
      t.true(isConsent(consent), consent.body);
      t.truthy(toldApp(await user.submit(consent, 'consent-submit')).code);
    });
  }

  test(`with none it is refused: ${way}`, async (t) => {
    const page = await newVisitor().open(await addressOf({ prompt: 'create none' }));
    t.regex(page.url + page.body, /invalid_request/);
    t.notRegex(page.body, /id="register-submit"/);
  });
}

test('a session does not answer it', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(app);
  t.true((await user.open(app.request({ prompt: 'create' }).url)).body.includes('id="register-submit"'));
  t.truthy(toldApp(await user.open(app.request().url)).code);
});

test('a level that nobody can reach is refused before anybody registers', async (t) => {
  const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:unheard' } } });
  const page = await newVisitor().open((await newApp()).request({ prompt: 'create', claims }).url);
  t.is(toldApp(page).error, 'unmet_authentication_requirements');
});

test('whoever cancels goes back to the app', async (t) => {
  const user = newVisitor();
  const register = await user.open((await newApp()).request({ prompt: 'create' }).url);
  t.is(toldApp(await user.submit(register, 'abort')).error, 'access_denied');
});
