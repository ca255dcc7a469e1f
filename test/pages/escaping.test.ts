/** Text that others choose (apps, people, apps' errors) stays text on every page. */
import test from 'ava';
import { languages } from '../../src/web/pages/language.ts';
import { everyPage } from './every-page.ts';

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

test('an endless name is cut, so that it cannot push the page away', (t) => {
  const html = everyPage('en', 'x'.repeat(5_000)).logoutAskedByApp ?? '';
  t.regex(html, /x{59}…/);
  t.notRegex(html.replace(/value="x+"|action="x+"/g, ''), /x{60}/);
});
