/** Text that others choose (apps, people, apps' errors) stays text on every page. */
import test from 'ava';
import { languages } from '../../src/web/pages/language.ts';
import { clientName } from '../../src/web/pages/names-and-links.ts';
import { drawConsent, drawLogin, everyPage } from './every-page.ts';

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`;

for (const language of languages) {
  for (const [name, html] of Object.entries(everyPage(language, hostile))) {
    test(`${name} in ${language} shows hostile text as text`, (t) => {
      t.notRegex(html, /<script>|<img src=x|onerror=alert\(1\)>/);
      t.notRegex(html, /"'>/);
    });
  }
}

test('hostile text reaches the pages at all', (t) => {
  const { login, consent, error } = everyPage('en', hostile);
  for (const html of [login, consent, error]) t.regex(html ?? '', /&lt;script&gt;alert\(1\)[\s\S]*&amp;amp;/);
});

test('a name cannot turn the reading direction or hide characters', (t) => {
  const html = everyPage('en', 'Bank\u202egro.live\u2066\u200b\u0000x').login ?? '';
  t.regex(html, /Sign in to Bank gro\.live x/);
});

test('a name cannot hide letters that machines see, and keeps those that make its own letters', (t) => {
  const hidden = [
    '\u00ad',
    '\u061c',
    '\u180e',
    '\u3164',
    '\u115f',
    '\u2062',
    '\u206a',
    '\ufeff',
    '\u{e0041}',
    '\u2800',
    '\ufffa',
  ];
  for (const character of hidden) t.regex(drawLogin({ clientName: `Bank${character}x` }), /Sign in to Bank x/);
  for (const name of ['نامه\u200cای', 'श्\u200dर', '葛\u{e0100}飾', 'ᠮ\u180bᠣ', '❤\ufe0f'])
    t.true(drawLogin({ clientName: name }).includes(`Sign in to ${name}`), name);
});

test('of a name without anything to see the identifier takes the place', (t) => {
  for (const name of ['', ' ', '\u200b\u200e', '\u3164', '\u0301', '\u200d', '\ufe0f', '\u2800', '\ufffd']) {
    t.is(clientName({ client_id: 'notes', client_name: name }), 'notes');
    const resource = { identifier: 'https://api.example/', name, scopes: [{ name: 'read', description: name }] };
    const html = drawConsent({ resources: [resource], account: { email: 'ada@example.test', name } });
    t.regex(html, /https:\/\/api\.example\/ /);
    t.regex(html, />\s*read\s*</);
    t.regex(html, /ada@example\.test/);
  }
});

test('an endless name is cut, so that it cannot push the page away', (t) => {
  const html = everyPage('en', 'x'.repeat(5_000)).logoutAskedByApp ?? '';
  t.regex(html, /x{59}…/);
  t.notRegex(html.replace(/value="x+"|action="x+"/g, ''), /x{60}/);
});
