/** The states of test/pages/states are complete: every view is drawn, and every word is shown, problems included. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

import { dictionaryOf, mailWordsOf } from '../../src/web/pages/language.ts';
import { brandedPages, everyState, pages } from './every-page.ts';

const folder = fileURLToPath(new URL('../../views/', import.meta.url));
const viewsOfPages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ejs') && !/^(?:mail|layout)\//.test(file))
  .map((file) => file.slice(0, -'.ejs'.length));

const states = Object.entries(everyState());

/** The view and the parts that it includes. */
function withParts(view: string): readonly string[] {
  const source = readFileSync(`${folder}${view}.ejs`, 'utf8');
  return [view, ...[...source.matchAll(/include\('([^']+)'\)/g)].flatMap(([, part = '']) => withParts(part))];
}
const drawn = new Set(states.flatMap(([, { view }]) => withParts(view)));
const html = states.flatMap(([, page]) => [pages, brandedPages].map((each) => each.render(page))).join('\n');

for (const view of viewsOfPages) {
  test(`${view} has a state`, (t) => t.true(drawn.has(view), 'add one to a family in test/pages/states'));
}

/** Text and functions by their path: "login.problems.busy". */
function leaves(part: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (typeof part !== 'object' || part === null) return [[path, part]];
  return Object.entries(part).flatMap(([key, value]) => leaves(value, path === '' ? key : `${path}.${key}`));
}

const MARK = '\u{fffe}';

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');

/** The text as it stands in HTML, with anything in the place of what a function is given. */
function shownAs(words: unknown): RegExp {
  const text = typeof words === 'function' ? String(words(MARK, MARK, MARK)) : String(words);
  const pieces = text.split(MARK).map((piece) => escaped(piece).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(pieces.join('[^<]*?'));
}

for (const [path, words] of [...leaves(dictionaryOf('en'), ''), ...leaves(mailWordsOf('en').development, 'mails')]) {
  if (words === undefined || words === '') continue;
  test(`a state shows ${path}`, (t) => t.regex(html, shownAs(words), 'add one to a family in test/pages/states'));
}

test('a view or a word without a state would be found', (t) => {
  t.true(viewsOfPages.includes('interactions/login'));
  t.false(drawn.has('interactions/unheard-of'));
  t.notRegex(
    html,
    shownAs((name: string) => `Nobody says ${name}`),
  );
});
