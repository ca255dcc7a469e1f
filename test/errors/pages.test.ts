/** The pages about errors: one for every code that can be met, open to everybody, small, and the same for all. */
import test from 'ava';
import got from 'got';
import { errors, interactionPolicy } from 'oidc-provider';
import { AccessTokenError } from '../../src/resource-server/access-token-error.ts';
import { faultTexts, TokenFault } from '../../src/resource-server/token-fault.ts';
import { explanations } from '../../src/web/docs/error-pages.ts';
import { sourceFiles } from '../architecture/source-files.ts';
import { sharedProvider } from '../support/provider-fixture.ts';

const { latchkey } = await sharedProvider();
const { issuer } = latchkey;

const read = (path: string, options = {}) =>
  got(`${issuer}${path}`, {
    throwHttpErrors: false,
    retry: { limit: 0 },
    headers: { accept: 'text/html' },
    ...options,
  });

/** Their code is whatever they are made with. */
const ofAnyCode = new Set(['OIDCProviderError', 'CustomOIDCProviderError']);

type ErrorClass = new (description?: string) => Error & { readonly error: string };

/** Of one class the description decides which of two codes it has. */
const codesOfProvider = Object.entries(errors).flatMap(([name, Class]) =>
  ofAnyCode.has(name)
    ? []
    : ['a description', 'redirect_uris'].map((description) => new (Class as unknown as ErrorClass)(description).error),
);

const codesOfPolicy = interactionPolicy.base().flatMap(({ checks }) => checks.flatMap(({ error = [] }) => error));

/** Wherever our own code writes one down. */
const ownCodes = sourceFiles(['src'])
  .filter(({ path }) => /^src\/(?:web|provider)\//.test(path))
  .flatMap(({ text }) => [
    ...text.matchAll(
      /\berror(?:Code)?: '([a-z_]+)'|StatusError\(\d+, '([a-z_]+)'|'((?:login|consent|interaction)_required|access_denied)'/g,
    ),
  ])
  .flatMap(([, ...codes]) => codes.filter((code) => code !== undefined));

const codesOfApis = Object.keys(faultTexts).flatMap((reason) => {
  const { body } = new AccessTokenError(new TokenFault(reason as keyof typeof faultTexts), { realm: 'x', scopes: [] });
  return body.error ?? [];
});

const codes = new Set([...codesOfProvider, ...codesOfPolicy, ...ownCodes, ...codesOfApis]);

test('the lists of codes are read', (t) => {
  t.true(codesOfProvider.length > 80 && codesOfPolicy.length > 9 && ownCodes.length > 9 && codesOfApis.length > 9);
});

for (const code of codes) {
  // An API that cannot reach its issuer says so by its status and by this word alone, and names no code of OAuth.
  if (code === 'issuer_unavailable') continue;
  test(`${code} has a page, which whoever asks is given`, async (t) => {
    t.true(explanations.has(code));
    const { statusCode, headers, body } = await read(`/docs/errors/${code}`);
    t.is(statusCode, 200);
    t.regex(headers['content-type'] ?? '', /^text\/html/);
    t.regex(headers['cache-control'] ?? '', /^public, max-age=\d+$/);
    t.regex(headers.vary ?? '', /Accept-Language/i);
    t.is(headers['set-cookie'], undefined);
    t.regex(String(headers['content-security-policy']), /default-src 'none';script-src 'self';/);
    t.true(body.includes(`<h1><code>${code}</code></h1>`));
    t.true(Buffer.byteLength(body) < 50_000, `${Buffer.byteLength(body)}`);
    t.notRegex(body.replace(/<code[^>]*>[\s\S]*?<\/code>/g, ''), /[`{}]/, 'marks that were not read');
  });
}

test('every page is of a code that can be met, and each cause has a name of its own on it', (t) => {
  t.deepEqual(
    [...explanations.keys()].filter((code) => !codes.has(code)),
    [],
  );
  for (const [code, { causes }] of explanations) {
    const names = Object.values(causes).flatMap(Object.keys);
    t.is(new Set(names).size, names.length, code);
  }
});

test('the list leads to every page, and every page to the list', async (t) => {
  const list = await read('/docs/errors');
  t.is(list.statusCode, 200);
  const links = [...list.body.matchAll(/href="\/docs\/errors\/([a-z_]+)"/g)].map(([, code]) => code);
  t.deepEqual(links.toSorted(), [...explanations.keys()]);
  t.true((await read('/docs/errors/invalid_grant')).body.includes('href="/docs/errors"'));
});

for (const path of [
  'nothing',
  'constructor',
  '__proto__',
  'toString',
  'Invalid_Grant',
  'invalid_grant%00',
  '%3Cb%3E',
  '..%2f',
  'a%zz',
]) {
  test(`there is no page ${path}, but a way to the list`, async (t) => {
    const { statusCode, headers, body } = await read(`/docs/errors/${path}`);
    t.is(statusCode, 404);
    t.true(body.includes('href="/docs/errors"'));
    t.regex(headers['cache-control'] ?? '', /no-store/);
    t.notRegex(body, /<b>/);
  });
}

test('the pages are read and not written', async (t) => {
  for (const path of ['/docs/errors', '/docs/errors/invalid_grant']) {
    const head = await read(path, { method: 'HEAD' });
    t.is(head.statusCode, 200);
    t.is(head.body, '');
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) t.is((await read(path, { method })).statusCode, 405);
  }
});

test('the frame is in the language of the reader, and the explanation says that it is English', async (t) => {
  const headers = { 'accept-language': 'de-AT, en;q=0.5' };
  for (const path of ['/docs/errors', '/docs/errors/invalid_grant', '/docs/errors/nothing']) {
    const { body } = await read(path, { headers });
    t.true(body.includes('<html lang="de">'), path);
  }
  const { body } = await read('/docs/errors/invalid_grant', { headers });
  const explained = body.replace(/<([a-z0-9]+)[^>]* lang="en">[\s\S]*?<\/\1>/g, '');
  t.notRegex(explained, /The code|refresh token/);
  t.true(body.includes('Alle Fehlercodes'));
});

test('the standards are linked where they are published', (t) => {
  for (const [code, { sections }] of explanations)
    for (const { href, name } of sections) {
      t.regex(
        href,
        /^https:\/\/(?:www\.rfc-editor\.org\/rfc\/rfc\d+\.html(?:#section-[\d.]+)?|openid\.net\/specs\/[\w-]+\.html(?:#\w+)?)$/,
        `${code}: ${name}`,
      );
    }
});
