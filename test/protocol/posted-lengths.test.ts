/** How much may be posted: 6 KB, counted as the same request by GET, whatever of it is encrypted. */
import { createHash } from 'node:crypto';
import test from 'ava';
import got, { type Response } from 'got';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import { systemClock } from '../../src/ports/clock.ts';
import { loadSigningKeys } from '../../src/provider/signing-keys.ts';
import { nginx, startNginx } from '../support/nginx.ts';
import { newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';
import type { User } from '../support/user.ts';

const LIMIT = 6 * 1024;
const AFTER = 'https://app.example.com/signed-out';
const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;

type Fields = Readonly<Record<string, string>>;

function post(path: string, form: Fields, at = issuer): Promise<Response<string>> {
  const fixed = { followRedirect: false, throwHttpErrors: false, retry: { limit: 0 } } as const;
  return got.post(`${at}${path}`, { form, ...fixed });
}

const lengthByGet = (path: string, form: Fields): number => `${issuer}${path}?${new URLSearchParams(form)}`.length;

/** The same at every run, and nothing in it repeats. */
const random = (length: number): Buffer => createHash('shake256', { outputLength: length }).update('posted').digest();

/** Characters that an address holds as they are. */
const UNESCAPED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._ ';

/** Of so many characters in an address. */
const texts: Readonly<Record<string, (length: number) => string>> = {
  'of one letter': (length) => 'x'.repeat(length),
  'as random as base64url can be': (length) => random(length).toString('base64url').slice(0, length),
  'of every character that needs no escape': (length) =>
    [...random(length)].map((byte) => UNESCAPED[byte % UNESCAPED.length]).join(''),
  'of control characters': (length) =>
    [...random(Math.floor(length / 3))]
      .map((byte) => String.fromCharCode(1 + (byte % 31)))
      .join('')
      .padEnd(Math.floor(length / 3) + (length % 3), 'x'),
  'of escaped signs': (length) => '%'.repeat(Math.floor(length / 3)) + 'x'.repeat(length % 3),
  'of letters of two bytes': (length) => 'ä'.repeat(Math.floor(length / 6)) + 'x'.repeat(length % 6),
};

for (const [what, textOf] of Object.entries(texts)) {
  for (const name of ['id_token_hint', 'request', 'state']) {
    test(`${name} ${what} is taken up to 6 KB, and no byte more`, async (t) => {
      for (const path of ['/auth', '/session/end']) {
        const form = (excess: number): Fields => {
          const rest = LIMIT - lengthByGet(path, { client_id: 'a', [name]: '' });
          return { client_id: 'a', [name]: textOf(rest + excess) };
        };
        t.is(lengthByGet(path, form(0)), LIMIT);
        const { statusCode, headers } = await post(path, form(0));
        t.is(statusCode, 303, path);
        t.true(String(headers.location).length <= 6.5 * 1024, `${path}: ${headers.location?.length}`);
        for (const more of [1, 2, 3, 100]) t.is((await post(path, form(more))).statusCode, 400, `${path} ${more}`);
      }
    });
  }
}

interface SignedIn {
  readonly app: App;
  readonly user: User;
  /** An ID token that makes a request of 6 KB of these fields. */
  hintFor(path: string, fields: Fields): Promise<Fields>;
}

async function signedIn(): Promise<SignedIn> {
  const app = await newApp({ post_logout_redirect_uris: [AFTER] });
  const { user, ...grant } = await obtainCode(app, { user: newVisitor({ stopAt: 'https://app.example.com/' }) });
  const claims = decodeJwt(String((await redeem(app, grant)).body.id_token));
  const { keys } = await loadSigningKeys(latchkey.installation.keys, systemClock);
  const key = keys.find(({ alg }) => alg === 'RS256') ?? {};
  const tokenWith = async (more: string): Promise<string> =>
    new SignJWT({ ...claims, groups: more })
      .setProtectedHeader({ alg: 'RS256', kid: String(key.kid) })
      .sign(await importJWK({ ...key, alg: 'RS256' }));
  return {
    app,
    user,
    async hintFor(path, fields) {
      const rest = LIMIT - lengthByGet(path, { ...fields, state: '', id_token_hint: await tokenWith('') });
      const hint = await tokenWith(
        random(rest)
          .toString('hex')
          .slice(0, Math.floor(rest * 0.75) - 3),
      );
      const state = 's'.repeat(LIMIT - lengthByGet(path, { ...fields, state: '', id_token_hint: hint }));
      return { ...fields, state, id_token_hint: hint };
    },
  };
}

async function signInAndOut({ app, user, hintFor }: SignedIn, at = issuer): Promise<readonly unknown[]> {
  const go = async (path: string, form: Fields): Promise<string> => {
    const answer = await post(path, form, at);
    if (answer.statusCode !== 303) throw new Error(`${answer.statusCode}: ${answer.body}`);
    const { pathname, search } = new URL(String(answer.headers.location));
    const through = await got(`${at}${pathname}${search}`, { followRedirect: false, throwHttpErrors: false });
    if (through.statusCode >= 400) throw new Error(`${through.statusCode}: ${through.body}`);
    return `${issuer}${pathname}${search}`;
  };
  const { state: _state, ...request } = Object.fromEntries(new URL(app.request({ prompt: 'none' }).url).searchParams);
  const silent = await hintFor('/auth', request);
  const told = toldApp(await user.open(await go('/auth', silent)));
  const goodbye = await hintFor('/session/end', { post_logout_redirect_uri: AFTER });
  const page = await user.open(await go('/session/end', goodbye));
  const after = await user.submit(page, 'logout-confirm');
  return [Boolean(told.code), told.state === silent.state, after.url === `${AFTER}?state=${goodbye.state}`];
}

test('an ID token of nearly 6 KB counts, at sign-in and at sign-out', async (t) => {
  t.deepEqual(await signInAndOut(await signedIn()), [true, true, true]);
});

if (nginx !== undefined) {
  const program = nginx;
  test('it comes through nginx as well', async (t) => {
    const at = await startNginx(t, program, new URL(issuer).host);
    t.deepEqual(await signInAndOut(await signedIn(), at), [true, true, true]);
  });
}
