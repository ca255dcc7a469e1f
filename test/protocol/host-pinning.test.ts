/** What a request says about host, scheme and origin address changes nothing that others rely on. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { sendRaw } from '../security/raw-request.ts';
import { newVisitor, obtainCode, ownProvider, redeem, sharedProvider } from '../support/provider-fixture.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
const EVIL = 'evil.example';
const foreignHeaders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Host: { host: EVIL },
  'X-Forwarded-Host': { 'x-forwarded-host': EVIL },
  'X-Forwarded-Proto': { 'x-forwarded-proto': 'https' },
  Forwarded: { forwarded: `host=${EVIL};proto=https` },
  'X-Forwarded-Prefix': { 'x-forwarded-prefix': '/evil', 'x-forwarded-port': '1234', 'x-original-url': '/evil' },
  'all of them': { host: EVIL, 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.7' },
};

for (const [name, headers] of Object.entries(foreignHeaders)) {
  test(`discovery does not follow ${name}`, async (t) => {
    const address = `${issuer}/.well-known/openid-configuration`;
    const [plain, foreign] = await Promise.all([got(address).json(), got(address, { headers }).json()]);
    t.deepEqual(foreign, plain);
  });

  test(`a sign-in does not follow ${name}`, async (t) => {
    const app = await newApp();
    const user = newVisitor({ headers });
    const { code, verifier } = await obtainCode(app, { user });
    const { body } = await redeem(app, { code, verifier });
    t.is(decodeJwt(body.id_token ?? '').iss, issuer);
  });

  test(`a redirect to the sign-in page does not follow ${name}`, async (t) => {
    const app = await newApp();
    const { headers: answer } = await got(app.request().url, { headers, followRedirect: false });
    t.is(new URL(answer.location ?? '', issuer).origin, issuer);
    t.false(JSON.stringify(answer).includes('evil'));
  });
}

test('discovery does not follow a request target that names another host', async (t) => {
  const path = '/.well-known/openid-configuration';
  const { text } = await sendRaw(issuer, { target: `http://${EVIL}${path}`, headers: [`Host: ${EVIL}`] });
  t.true(text.endsWith(await got(`${issuer}${path}`).text()));
});

test('a sign-in does not follow a request target that names another host', async (t) => {
  const { pathname, search } = new URL((await newApp()).request().url);
  const { status, text } = await sendRaw(issuer, { target: `https://${EVIL}${pathname}${search}` });
  t.is(status, 303);
  t.regex(text, /^Location: \/interaction\//im);
  t.false(text.includes(EVIL));
});

const sevenAddresses = Array.from({ length: 7 }, (_, index) => `192.0.2.${index + 1}`);
const PROXIES = '127.0.0.0/8,::1';

/** What the last of these gets to see: seven wrong passwords, where an address has six, each under another X-Forwarded-For. */
async function lastStatus(t: ExecutionContext, forwarded: readonly string[], trusted = ''): Promise<number> {
  const fixture = await ownProvider(t, { environment: { TRUSTED_PROXIES: trusted, BUDGET_FACTOR: '0.1' } });
  const app = await fixture.newApp();
  let status = 0;
  for (const [index, header] of forwarded.entries()) {
    const user = newVisitor({ headers: { 'x-forwarded-for': header } });
    const page = await user.open(app.request().url);
    ({ status } = await user.submit(page, 'login-submit', { login: `nobody ${index}`, password: 'wrong' }));
  }
  return status;
}

test('an address that a caller makes up in X-Forwarded-For is not believed', async (t) => {
  t.is(await lastStatus(t, sevenAddresses), 429);
});

test('an address that a trusted proxy states counts', async (t) => {
  t.is(await lastStatus(t, sevenAddresses, PROXIES), 400);
});

test('behind a trusted proxy the address that it added counts, not those that the caller put before it', async (t) => {
  const spoofed = sevenAddresses.map((address) => `${address}, 198.51.100.9`);
  t.is(await lastStatus(t, spoofed, PROXIES), 429);
});

const differently: Readonly<Record<string, (address: string) => string>> = {
  'with a port': (address) => `${address}:4711`,
  'mapped, in brackets, in quotes': (address) => `"[::ffff:${address}]:4711"`,
  'as an element of Forwarded': (address) => `for=${address};proto=https`,
  'with an obfuscated port': (address) => `${address}:_hidden`,
  'with a dot at the end': (address) => `unknown, ${address}.`,
  'left of a proxy that says unknown': (address) => `${address}:1, unknown`,
  'left of a proxy that hides it': (address) => `"${address}", "_SEVKISEK"`,
};

for (const [how, spelled] of Object.entries(differently)) {
  test(`addresses that a proxy writes ${how} each have their own budget`, async (t) => {
    t.is(await lastStatus(t, sevenAddresses.map(spelled), PROXIES), 400);
  });

  test(`an address that a proxy writes ${how} is one address`, async (t) => {
    t.is(await lastStatus(t, Array(7).fill(spelled('192.0.2.1')), PROXIES), 429);
  });
}

test('who claims another address with every attempt, left of one that cannot be read, uses up the budget of all', async (t) => {
  const claimed = Array.from({ length: 31 }, (_, index) => `192.0.${index}.1, unknown`);
  t.is(await lastStatus(t, claimed, PROXIES), 429);
});

test('forwarding headers that name no address have one budget together, however they are written', async (t) => {
  const oddities = [',,,', 'unknown', '"; drop', '999.1.1.1', 'a'.repeat(4000), '::ffff:', '1'];
  const attempts = Array.from({ length: 31 }, (_, index) => oddities[index % oddities.length] ?? '');
  t.is(await lastStatus(t, attempts, PROXIES), 429);
});
