/** What the log of an API is told, and its callers are not. */
import { inspect } from 'node:util';
import { AccessTokenError, createAccessTokenVerifier } from '@latchkey/resource-server';
import test, { type ExecutionContext } from 'ava';
import { startProtectedApi } from './protected-api.ts';
import { audience, startTestIssuer, type TestIssuer, type TokenChanges } from './test-issuer.ts';

const nowSeconds = () => 1_800_000_000;
const base64url = (text: string) => Buffer.from(text).toString('base64url');

interface Configured {
  readonly issuer?: string;
  readonly audience?: string;
}

async function refusal(t: ExecutionContext, issuer: TestIssuer, token: string, configured: Configured = {}) {
  const options = { issuer: issuer.url, audience, now: () => nowSeconds() * 1000, ...configured };
  const verifying = createAccessTokenVerifier(options).verify(`Bearer ${token}`);
  const error = await t.throwsAsync(verifying, { instanceOf: AccessTokenError });
  if (error === undefined) throw new TypeError('the token was taken');
  return error;
}

/** Everything that the caller gets. */
const told = ({ status, headers, body }: AccessTokenError) => ({ status, headers, body });

const header = base64url(JSON.stringify({ alg: 'ES256', typ: 'at+jwt' }));

for (const [what, token] of [
  ['an opaque token of Latchkey', 'n4cVZqk1sZ5tJ0m3mCj8yCq1b2W3e4R5t6Y7u8I9o0P'],
  ['a word', 'opaque'],
  ['a number', '12345'],
  ['a UUID', '6f1c1f0e-8a43-4a52-9d0a-0d0f6f2d3a4b'],
  ['two parts', 'a.b'],
  ['three parts that are none of a JWT', 'a.b.c'],
  ['empty parts', '..'],
  ['five parts that are none of a JWT', 'a.b.c.d.e'],
  ['six parts', 'a.b.c.d.e.f'],
  ['a header that is no JSON', `${base64url('header')}.${base64url('{}')}.x`],
  ['a header that is a list', `${base64url('[]')}.${base64url('{}')}.x`],
  ['a header that is null', `${base64url('null')}.${base64url('{}')}.x`],
  ['the header of a JWT alone', header],
  ['padding', 'YWJj=='],
  ['a megabyte of nothing', 'a'.repeat(2 ** 20)],
] as const) {
  test(`${what} is named not_a_jwt with what to do, and the caller is told of an invalid token alone`, async (t) => {
    const issuer = await startTestIssuer(t, nowSeconds);
    const error = await refusal(t, issuer, token);
    t.is(error.reason, 'not_a_jwt');
    t.regex(error.hint ?? '', /--format jwt/);
    t.regex(error.hint ?? '', /introspect/);
    const forged = await refusal(t, issuer, `${(await issuer.token()).slice(0, -8)}AAAAAAAA`);
    t.is(forged.reason, 'not_trusted');
    t.deepEqual(told(error), told(forged));
    t.false(token.length > 'opaque'.length && inspect(error).includes(token));
  });
}

test('what is no JWT asks nothing of the issuer, even one that is down', async (t) => {
  const issuer = await startTestIssuer(t, nowSeconds);
  issuer.misbehaviour = (_, response) => void response.socket?.destroy();
  t.is((await refusal(t, issuer, 'opaque')).reason, 'not_a_jwt');
  t.is(issuer.requests.discovery, 0);
});

for (const [what, token] of [
  ['a JWT with a payload that is none', `${header}.rubbish.x`],
  ['an encrypted JWT', `${base64url(JSON.stringify({ alg: 'dir', enc: 'A256GCM' }))}..a.b.c`],
] as const) {
  test(`${what} is not called opaque`, async (t) => {
    t.is((await refusal(t, await startTestIssuer(t, nowSeconds), token)).reason, 'not_trusted');
  });
}

for (const [what, aud, configured] of [
  ['a slash too many is configured', 'https://notes.example', 'https://notes.example/'],
  ['a slash too few is configured', 'https://notes.example/', 'https://notes.example'],
  ['the path differs', 'https://notes.example/v2/', 'https://notes.example/v1/'],
  ['the host is in capitals', 'https://notes.example/', 'https://NOTES.example/'],
  ['the port is the default one', 'https://notes.example/', 'https://notes.example:443/'],
  ['the scheme differs', 'https://notes.example/', 'http://notes.example/'],
  ['the token has several', ['https://a.example/', 'https://b.example/'], 'https://notes.example/'],
] as const) {
  test(`another audience (${what}): the log has the one that is configured and the one of the token`, async (t) => {
    const issuer = await startTestIssuer(t, nowSeconds);
    const error = await refusal(t, issuer, await issuer.token({ claims: { aud } }), { audience: configured });
    t.is(error.reason, 'wrong_audience');
    t.true(error.hint?.includes(JSON.stringify(configured)));
    t.true(error.hint?.includes(JSON.stringify(aud)));
    t.false(JSON.stringify(error.body).includes(String(aud)));
  });
}

test('another issuer in the token: the log has the one that is configured and the one of the token', async (t) => {
  const issuer = await startTestIssuer(t, nowSeconds);
  const iss = `${issuer.url}/`;
  const error = await refusal(t, issuer, await issuer.token({ claims: { iss } }));
  t.is(error.reason, 'wrong_issuer');
  t.true(error.hint?.includes(JSON.stringify(issuer.url)));
  t.true(error.hint?.includes(JSON.stringify(iss)));
});

test('a hint is of bounded length, without control characters, and of signed claims alone', async (t) => {
  const issuer = await startTestIssuer(t, nowSeconds);
  const odd: TokenChanges = { claims: { aud: `\u001b[2J\n${'a'.repeat(10_000)}` } };
  const { hint = '' } = await refusal(t, issuer, await issuer.token(odd));
  t.notRegex(hint, /\p{Cc}/u);
  t.true(hint.length < 1000);
  const forged = await refusal(t, issuer, `${(await issuer.token(odd)).slice(0, -8)}AAAAAAAA`);
  t.is(forged.hint, undefined);
});

/** The provider names itself otherwise than the API has it configured: the path of its metadata is the one that was asked. */
for (const [what, names] of [
  ['with a slash at its end', (url: string) => `${url}/`],
  ['by another host', (url: string) => url.replace('127.0.0.1', 'localhost')],
  ['with https', (url: string) => url.replace('http:', 'https:')],
  ['with a path', (url: string) => `${url}/tenant`],
  ['in capitals', (url: string) => url.replace('http', 'HTTP')],
  ['not at all', () => undefined],
  ['by a number', () => 7],
] as const) {
  test(`a provider that names itself ${what}: the log has both names, the caller gets 503`, async (t) => {
    const issuer = await startTestIssuer(t, nowSeconds);
    const named = names(issuer.url);
    issuer.discoveryChanges = { issuer: named };
    const error = await refusal(t, issuer, await issuer.token());
    t.is(error.status, 503);
    t.true(error.cause instanceof Error);
    const { message } = error.cause as Error;
    t.true(message.includes(JSON.stringify(issuer.url)));
    t.true(message.includes(JSON.stringify(named) ?? 'nothing'));
    t.false(JSON.stringify(error.body).includes(issuer.url));
  });
}

test('an issuer with a path that the provider has not: the log has the issuer and where its metadata was looked for', async (t) => {
  const issuer = await startTestIssuer(t, nowSeconds);
  issuer.misbehaviour = (_, response) => void response.writeHead(404).end();
  const configured = `${issuer.url}/oidc`;
  const error = await refusal(t, issuer, await issuer.token(), { issuer: configured });
  const text = inspect(error.cause);
  t.true(text.includes(`${configured}/.well-known/openid-configuration`));
  t.true(text.includes('404'));
});

test('the middleware hands the hint to the log of the API', async (t) => {
  const refusals: AccessTokenError[] = [];
  const api = await startProtectedApi(t, { onRefusal: (error) => void refusals.push(error) });
  const { status, body } = await api.call('opaque');
  t.is(status, 401);
  t.is(refusals[0]?.reason, 'not_a_jwt');
  t.false(JSON.stringify(body).includes(refusals[0]?.hint ?? 'no hint'));
});
