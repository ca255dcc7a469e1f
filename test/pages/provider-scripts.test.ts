/** oidc-provider's own pages run their one inline script under our policy, by its hash. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { securityHeaders } from '../../src/web/middleware/security-headers.ts';
import { launch } from '../support/browser.ts';
import { serve } from './serve.ts';

test('sign-out without a session goes on by itself', async (t) => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  await using site = await serve(securityHeaders('http://localhost:3000'), async (ctx) => {
    ctx.respond = false;
    await provider.callback()(ctx.req, ctx.res);
  });
  const provider = new Provider(site.origin, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
    ttl: { Session: 600 },
    cookies: { keys: [randomBytes(32)] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        postLogoutSuccessSource(ctx) {
          ctx.body = 'over';
        },
      },
    },
  });

  const { headers } = await site.get('/session/end');
  t.regex(String(headers['content-security-policy']), /script-src 'self' 'sha256-[^';]+'(?:;|$)/);
  t.notRegex(String(headers['content-security-policy']), /unsafe/);

  await using browser = await launch();
  const page = await browser.newPage();
  await page.goto(`${site.origin}/session/end`);
  await page.getByText('over').waitFor();
  t.pass();
});
