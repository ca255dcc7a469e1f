/** The headers that keep pages from being framed, scripted, sniffed or tracked. */
import test from 'ava';
import { allowImagesFrom, securityHeaders } from '../../src/web/middleware/security-headers.ts';
import { serve } from './serve.ts';

async function headersAt(path: string, issuer = 'https://id.example'): Promise<Record<string, unknown>> {
  await using site = await serve(securityHeaders(issuer), (ctx) => {
    ctx.body = 'page';
  });
  return (await site.get(path)).headers;
}

function directives(headers: Record<string, unknown>): Record<string, string> {
  const policy = String(headers['content-security-policy']);
  return Object.fromEntries(
    policy.split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
}

test('only our own files run and style, nothing frames us, and nothing is marked unsafe', async (t) => {
  const headers = await headersAt('/');
  t.notRegex(String(headers['content-security-policy']), /unsafe|\*|https?:|data:/);
  t.deepEqual(directives(headers), {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
  });
});

test('answers are not sniffed, framed or reported to other sites', async (t) => {
  const headers = await headersAt('/');
  t.is(headers['x-content-type-options'], 'nosniff');
  t.is(headers['x-frame-options'], 'DENY');
  t.is(headers['referrer-policy'], 'no-referrer');
  t.is(headers['cross-origin-resource-policy'], 'same-origin');
  t.regex(String(headers['permissions-policy']), /camera=\(\)/);
  t.is(headers['x-powered-by'], undefined);
});

test('https is insisted on where the issuer has it, for this host alone', async (t) => {
  t.is((await headersAt('/'))['strict-transport-security'], 'max-age=63072000');
  t.is((await headersAt('/', 'http://localhost:3000'))['strict-transport-security'], undefined);
});

for (const path of ['/auth', '/auth/abc', '/AUTH/', '/interaction/abc/login', '/session/end', '/session/end/confirm']) {
  test(`${path} may run in the pop-up of an app`, async (t) => {
    t.is((await headersAt(path))['cross-origin-opener-policy'], undefined);
  });
}

for (const path of ['/', '/authority', '/account', '/interactions']) {
  test(`${path} is kept apart from windows of other sites`, async (t) => {
    t.is((await headersAt(path))['cross-origin-opener-policy'], 'same-origin');
  });
}

async function imageSources(logo: string): Promise<{ isAllowed: string; sources: string | undefined }> {
  await using site = await serve(securityHeaders('https://id.example'), (ctx) => {
    ctx.body = String(allowImagesFrom(ctx, logo));
  });
  const { headers, body } = await site.get('/');
  const { 'img-src': sources, 'script-src': scripts } = directives(headers);
  return { isAllowed: body, sources: scripts === "'self'" ? sources : `script-src ${scripts}` };
}

test("one app's logo opens the policy for its origin only", async (t) => {
  const sources = "'self' https://cdn.notes.example:8443";
  t.deepEqual(await imageSources('https://cdn.notes.example:8443/logo.png?x=;y'), { isAllowed: 'true', sources });
});

for (const logo of [
  'https://*',
  'https://x;script-src',
  'https://x,y',
  "https://'unsafe-inline'",
  'data:image/png,x',
  'x',
]) {
  test(`the logo address ${logo} changes nothing`, async (t) => {
    t.deepEqual(await imageSources(logo), { isAllowed: 'false', sources: "'self'" });
  });
}
