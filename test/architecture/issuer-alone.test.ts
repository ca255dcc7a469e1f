/** Addresses are built from the issuer: no code of ours asks the request which host or scheme it came to. */
import test from 'ava';
import { sourceFiles } from './source-files.ts';

const MEMBERS = 'host|hostname|origin|href|URL|protocol|secure';
const forbidden: readonly RegExp[] = [
  new RegExp(`\\b(?:ctx|context|request|koa)\\.(?:request\\.)?(?:${MEMBERS})\\b`),
  new RegExp(`\\{[^{}]*\\b(?:${MEMBERS})\\b[^{}]*\\}\\s*=\\s*(?:ctx|context)\\b`),
  new RegExp(`\\(\\{[^{}]*\\b(?:${MEMBERS})\\b[^{}]*\\}:\\s*(?:Parameterized|Router|Request|Koa|Oidc)?Context`),
  /\bheaders\.host\b|\bheaders\[['"`]host['"`]\]|\.get\(['"`](?:host|:authority|(?:x-)?forwarded[^'"`]*|x-original[^'"`]*)['"`]\)/i,
];

/** Where they are set to those of the issuer, before anybody reads them. */
const setters = ['src/web/middleware/pin-to-issuer.ts'];

const asks = (text: string): boolean => forbidden.some((form) => form.test(text));

test('no code of src reads host, scheme or address of a request', (t) => {
  const files = sourceFiles(['src']).filter(({ path }) => !setters.includes(path));
  t.true(files.length > 150);
  t.deepEqual(
    files.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, at) => (asks(line) ? [`${path}:${at + 1}`] : [])),
    ),
    [],
  );
  t.deepEqual(
    files.filter(({ text }) => forbidden.slice(1, 3).some((form) => form.test(text))).map(({ path }) => path),
    [],
  );
});

const examples = [
  ...['ctx.origin + path', 'ctx.request.origin', 'ctx.href', 'ctx.host', 'ctx.hostname', 'ctx.request.URL.href'],
  ...['const { host, path } = ctx;', 'const { origin } = ctx.request;', "ctx.get('Host')", 'ctx.req.headers.host'],
  ...["headers['host']", "ctx.get('X-Forwarded-Host')", 'ctx.protocol', '({ host }: Context) => host'],
];

for (const example of examples) test(`the scan reports ${example}`, (t) => t.true(asks(example)));

for (const fine of [
  'new URL(issuer).host',
  'url.href',
  'ctx.path',
  'location.origin',
  "ctx.get('Origin')",
  'back.href',
])
  test(`the scan takes ${fine}`, (t) => t.false(asks(fine)));
