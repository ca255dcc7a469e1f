/** Every language says everything. */
import test from 'ava';
import { mailWordsOf } from '../../src/web/mail/mail-texts.ts';
import { dictionaryOf, type Language, languages } from '../../src/web/pages/language.ts';
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
      t.notRegex(html, /undefined|\[object|NaN|=>/, name);
    }
  });
}
