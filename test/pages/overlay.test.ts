/** Views that were written for a version of the contract go on working for as long as it is served. */
import { globSync, readFileSync } from 'node:fs';
import test from 'ava';
import { fieldsOfViews } from '../../scripts/views/fields.ts';
import { frozenFolder, markOf } from '../../scripts/views/frozen.ts';
import { pagesPage } from '../../scripts/views-page.ts';
import { mailTexts } from '../../src/domain/mail/outbox.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { MailTexts } from '../../src/web/mail/mail-texts.ts';
import { CONTRACT_VERSION } from '../../src/web/overlay/contract.ts';
import { openOverlay } from '../../src/web/overlay/overlay.ts';
import { dictionaryOf, languages } from '../../src/web/pages/language.ts';
import { Pages } from '../../src/web/pages/render.ts';
import { everyState } from './every-page.ts';

const folder = frozenFolder(CONTRACT_VERSION);
const frozen = globSync('**/*.ejs', { cwd: folder }).map((file) => file.slice(0, -'.ejs'.length));
const { views, warnings } = openOverlay(folder);

test('the copy of a version is complete, and says which version it is', (t) => {
  t.deepEqual(warnings, []);
  t.deepEqual(
    frozen.filter((view) => !readFileSync(`${folder}${view}.ejs`, 'utf8').includes(markOf(view))),
    [],
  );
  t.true(frozen.length > 60);
});

for (const language of languages) {
  test(`every page in ${language} is drawn by the views of the version, in every state`, (t) => {
    const logged: LogFields[] = [];
    const pages = new Pages('Latchkey', 'https://id.example', views, { warn: (fields) => void logged.push(fields) });
    const drawn = Object.entries(everyState(language)).map(([name, page]) => {
      const html = pages.render(page);
      t.true(html.includes(markOf(page.view)), name);
      t.notRegex(html.replace(/<pre[\s\S]*?<\/pre>/g, ''), /undefined|\[object|NaN/, name);
      return html;
    });
    t.deepEqual(logged, []);
    const parts = frozen.filter((view) => view.startsWith('layout/'));
    t.deepEqual(
      parts.filter((view) => !drawn.some((html) => html.includes(markOf(view)))),
      [],
    );
  });

  test(`every mail in ${language} is written with the views of the version`, (t) => {
    const texts = new MailTexts({ views, brandName: 'Latchkey' });
    t.notThrows(() => texts.check());
    for (const text of mailTexts) {
      const mail = texts.write({
        text,
        language,
        to: '',
        link: 'https://id.example/x',
        code: '012345',
        usefulUntil: 0,
      });
      const view = `mail/${text.replaceAll('_', '-')}`;
      t.true(mail.subject.includes(markOf(`${view}/subject.txt`)), text);
      t.true(mail.text.includes(markOf(`${view}/body.txt`)), text);
      t.true(mail.html.includes(markOf(`${view}/body.html`)), text);
      t.notRegex(`${mail.text}${mail.html}`, /undefined|\[object/, text);
    }
  });
}

test('no field of the version is gone', (t) => {
  const now = new Set([...fieldsOfViews()].flatMap(([view, paths]) => paths.map((path) => `${view} ${path}`)));
  const then = readFileSync(`${folder.slice(0, -1)}.txt`, 'utf8')
    .trim()
    .split('\n');
  t.true(then.length > 300);
  t.deepEqual(
    then.filter((line) => !now.has(line)),
    [],
  );
});

function wordsAt(path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], dictionaryOf('en'));
}

test('no word that the views of the version take is gone', (t) => {
  const taken = frozen.flatMap((view) => [
    ...readFileSync(`${folder}${view}.ejs`, 'utf8').matchAll(/page\.text\.([\w.]+)/g),
  ]);
  t.true(taken.length > 50);
  t.deepEqual(
    taken.map(([, path = '']) => path).filter((path) => typeof wordsAt(path) !== 'string'),
    [],
  );
});

test('docs/pages.md lists the fields that views are given: "npm run docs:pages" writes it', (t) => {
  const page = readFileSync(new URL('../../docs/pages.md', import.meta.url), 'utf8');
  t.true(page === pagesPage(page));
});
