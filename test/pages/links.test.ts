/** Only web addresses become links or pictures. */
import test from 'ava';
import { expiredPage } from '../../src/web/interactions/expired.ts';
import { errorPage } from '../../src/web/middleware/errors.ts';
import { signedOutPage } from '../../src/web/provider-pages.ts';
import { drawConsent, drawLogin, pages } from './every-page.ts';

const dangerous = [
  'javascript:alert(1)',
  ' JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  '//evil.example',
  'not an address',
  '',
];

for (const address of dangerous) {
  test(`${JSON.stringify(address)} is neither linked nor loaded`, (t) => {
    const html = [
      drawConsent({
        client: { name: 'App', uri: address, logoUri: address, policyUri: address, tosUri: address },
        signOutHref: '/session/end',
      }),
      drawLogin({ clientName: 'App', login: '', clientLogoUri: address }),
      pages.render(expiredPage('en', { name: 'App', href: address })),
      pages.render(errorPage({ language: 'en', error: 'x', status: 400, backTo: { name: 'App', href: address } })),
      pages.render(signedOutPage({ language: 'en', clientName: 'App', clientUri: address })),
    ].join('\n');
    const targets = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target);
    t.deepEqual(
      targets.filter(
        (target) => !/^(?:\/assets\/|\/session\/end$|https:\/\/id\.example\/docs\/errors\/)/.test(target ?? ''),
      ),
      [],
    );
  });
}

test('web addresses are linked', (t) => {
  const uri = 'https://notes.example/';
  const client = { name: 'App', uri, policyUri: `${uri}privacy`, tosUri: `${uri}terms`, logoUri: `${uri}logo.png` };
  const html = drawConsent({ client });
  for (const target of Object.values(client).slice(1)) t.true(html.includes(`="${target}"`), target);
  t.true(pages.render(expiredPage('en', { name: 'App', href: uri })).includes(`href="${uri}"`));
});

test('without a usable way back the user is told to go back by hand', (t) => {
  t.regex(pages.render(expiredPage('en', undefined)), /Go back to the app/);
  t.regex(pages.render(expiredPage('en', { name: 'App', href: 'javascript:1' })), /Go back to the app/);
});
