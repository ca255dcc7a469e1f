/** Every language says everything. */
import test from 'ava';

import { dictionaryOf, type Language, languages, mailWordsOf } from '../../src/web/pages/language.ts';
import { everyPage } from './every-page.ts';

/** "login.submit" -> what it says, with functions called on marks that must come back. */
function entries(part: unknown, path = ''): [string, string][] {
  if (typeof part === 'string') return [[path, part]];
  if (typeof part === 'function') return [[path, String(part('⟨1⟩', '⟨2⟩'))]];
  return Object.entries(part ?? {}).flatMap(([key, value]) => entries(value, path === '' ? key : `${path}.${key}`));
}

const wordsOf = (language: Language) => [...entries(dictionaryOf(language)), ...entries(mailWordsOf(language), 'mail')];

const english = wordsOf('en');

for (const language of languages) {
  const said = new Map(wordsOf(language));

  test(`${language} has every text, no more and no less`, (t) => {
    t.deepEqual([...said.keys()].toSorted(), english.map(([path]) => path).toSorted());
    for (const [path, text] of english) t.is(said.get(path) === '', text === '', path);
  });

  test(`${language} names what each sentence is about`, (t) => {
    const marks = (text: string | undefined): string[] => (text?.match(/⟨\d⟩/g) ?? []).toSorted();
    for (const [path, text] of english) t.deepEqual(marks(said.get(path)), marks(text), path);
  });

  test(`every page in ${language} declares its language and leaves no gap`, (t) => {
    for (const [name, html] of Object.entries(everyPage(language))) {
      t.true(html.includes(`<html lang="${language}">`), name);
      // What can be copied from a page is code.
      t.notRegex(html.replace(/<pre[\s\S]*?<\/pre>/g, ''), /undefined|\[object|NaN|=>/, name);
    }
  });
}

test('no sentence of English is left in another language', (t) => {
  for (const language of languages.filter((one) => one !== 'en')) {
    const said = new Map(wordsOf(language));
    // Shorter ones may well be the same, such as "Code".
    const sentences = english.filter(([, text]) => (text.match(/\p{L}+/gu) ?? []).length > 2);
    t.true(sentences.length > 150);
    t.deepEqual(
      sentences.filter(([path, text]) => said.get(path) === text),
      [],
      language,
    );
  }
});

function functionsIn(part: unknown, path = ''): readonly (readonly [string, (...given: string[]) => string])[] {
  if (typeof part === 'function') return [[path, part as (...given: string[]) => string]];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => functionsIn(value, `${path}.${key}`));
}

test('words that are given something put it in and decide nothing by it, so that a file can say them too', (t) => {
  for (const [path, words] of functionsIn([dictionaryOf('en'), mailWordsOf('en')])) {
    const marks = ['⟨1⟩', '⟨2⟩', '⟨3⟩'].slice(0, words.length);
    const template = words(...marks);
    for (const mark of marks) t.true(template.includes(mark), `${path} leaves out what it is given`);
    for (const given of ['', '0', '1', '2', 'Ann'])
      t.is(words(...marks.map(() => given)), template.replace(/⟨\d⟩/g, given), `${path} with "${given}"`);
  }
});
