/** No view needs an exception from the content security policy, and none writes unescaped text. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { dictionaryOf, languages } from '../../src/web/pages/language.ts';

const folder = fileURLToPath(new URL('../../views/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const views = files.filter((name) => name.endsWith('.ejs')).map((name) => name.slice(0, -'.ejs'.length));
const source = (name: string): string => readFileSync(`${folder}${name}.ejs`, 'utf8');

function textOf(dictionary: object, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, key) => Object.entries(part ?? {}).find(([name]) => name === key)?.[1],
    dictionary,
  );
}

/** Mails cannot load our style sheet: test/unit/mail looks at what they have in its place. */
const isOfMail = (name: string): boolean => name.startsWith('mail/');

for (const name of views) {
  test(`${name} has no inline script, style or event handler and loads nothing from elsewhere`, (t) => {
    const html = source(name);
    t.notRegex(html, isOfMail(name) ? /<style/i : /<style|\sstyle\s*=/i);
    t.notRegex(html, /<script(?![^>]*\ssrc=)/i);
    t.notRegex(html, /\son[a-z]+\s*=/i);
    t.notRegex(html, /javascript:|(?:src|href|action)="(?:https?:)?\/\//i);
  });

  test(`${name} writes unescaped only what another view has written`, (t) => {
    const raw = source(name).match(/<%-[\s\S]*?%>/g) ?? [];
    t.deepEqual(
      raw.filter((tag) => !/^<%- page\.include\('[a-z./-]+'\) -%>$/.test(tag)),
      [],
    );
  });

  test(`${name} takes its words from the dictionaries`, (t) => {
    const html = source(name);
    const visible = html.replace(/<%[\s\S]*?%>/g, '').replace(/<[^>]*>/g, '');
    t.notRegex(visible, /\p{L}/u);
    for (const [, path = ''] of html.matchAll(/page\.text\.([\w.]+)/g)) {
      for (const language of languages) t.is(typeof textOf(dictionaryOf(language), path.split('.')), 'string', path);
    }
  });
}
