/** Only web addresses become links or pictures. */
import test from 'ava';
import { expiredPage } from '../../src/web/interactions/expired.ts';
import { errorPage, notFoundPage } from '../../src/web/middleware/errors.ts';
import { dictionaryOf, languages } from '../../src/web/pages/language.ts';
import { initiatedSignIn } from '../../src/web/pages/names-and-links.ts';
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
        chooseHref: '/session/end',
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

test('pages that nobody is known to have come from lead to the start page', (t) => {
  for (const language of languages) {
    const alone = {
      'signed out': signedOutPage({ language }),
      'signed out of an app without a page': signedOutPage({ language, clientName: 'App' }),
      'no page': notFoundPage(language),
      'unknown app': errorPage({ language, error: 'invalid_client', status: 400 }),
      'wrong request': errorPage({ language, error: 'invalid_request', status: 400 }),
      fault: errorPage({ language, error: 'server_error', status: 500 }),
    };
    for (const [name, page] of Object.entries(alone))
      t.regex(pages.render(page), /<a class="button" href="\/">/, `${language} ${name}`);
  }
});

test('who signed out altogether is led back to the app that asked, and not told that a session goes on', (t) => {
  const app = { clientName: 'App', clientUri: 'https://app.example/' };
  const ended = pages.render(signedOutPage({ language: 'en', ...app, hasEnded: true }));
  t.true(ended.includes('href="https://app.example/"'));
  t.true(ended.includes(dictionaryOf('en').signedOut.heading));
});

test('an unknown app is explained to the user and to the developer', (t) => {
  for (const language of languages) {
    const { advice, developers } = dictionaryOf(language).error.kinds.unknown_app;
    const html = pages.render(errorPage({ language, error: 'invalid_redirect_uri', status: 400 }));
    for (const text of [advice, developers]) t.true(html.includes(text), text);
  }
});

const ISSUER = 'https://id.example';
const ISS = `iss=${encodeURIComponent(ISSUER)}`;
const begunAt = (address: string) => initiatedSignIn({ client_id: 'app', initiate_login_uri: address }, ISSUER);

test('a sign-in that an app lets begin keeps the query of the app letter by letter, and has the issuer once', (t) => {
  const begin = 'https://notes.example/begin';
  t.is(begunAt(begin), `${begin}?${ISS}`);
  t.is(begunAt(`${begin}?`), `${begin}?${ISS}`);
  for (const query of ['a=b%20c+d&flag&e=%c3%a4', 'a=1&a=2', 'next=/a?b=c', 'issuer=x', 'x-iss=1'])
    t.is(begunAt(`${begin}?${query}`), `${begin}?${query}&${ISS}`);
});

test('an app cannot say for us who sends people to it, who they are, or where they are to go', (t) => {
  const begin = 'https://notes.example/begin';
  for (const said of [
    'iss=https://evil.example',
    '%69ss=x',
    'iss',
    'login_hint=grace',
    'target_link_uri=//evil.example',
  ])
    t.is(begunAt(`${begin}?a=b&${said}&c=d`), `${begin}?a=b&c=d&${ISS}`, said);
});

test('where no sign-in can begin, none does', (t) => {
  for (const address of dangerous) t.is(begunAt(address), undefined, address);
  t.is(initiatedSignIn({ client_id: 'app' }, ISSUER), undefined);
});
