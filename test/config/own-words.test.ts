/** Languages of VIEWS_FOLDER: what is wrong with one is listed at once, and what one lacks is said in English. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkOffline } from '../../src/check-start.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { explainFailure } from '../../src/start-failure.ts';
import { templatesOf } from '../../src/web/overlay/words.ts';
import { dictionaryOf, languages, mailWordsOf, ourWords } from '../../src/web/pages/language.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './settings.ts';

async function check(t: ExecutionContext, files: Readonly<Record<string, string | object>>) {
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const settings = { STORAGE_URL: 'sqlite::memory:', SECRET_KEYS: newKey(), VIEWS_FOLDER: folder };
  return checkOffline(configFromEnvironment(settings));
}

const english = templatesOf(ourWords.get('en'));

test.serial('the words that the script prints are complete, and say the same when they are read again', async (t) => {
  t.deepEqual(await check(t, { 'fr.json': english }), []);
  t.deepEqual(languages, ['en', 'de', 'fr']);
  t.deepEqual(templatesOf({ pages: dictionaryOf('fr'), mails: mailWordsOf('fr') }), english);
  t.is(dictionaryOf('fr').login.heading('$& {2} App'), 'Sign in to $& {2} App');
  t.is(dictionaryOf('fr').registration.confirm.explanation('a@b.example', 'App').includes('a@b.example'), true);
});

test.serial('a file whose words are missing is taken, with one warning that lists them', async (t) => {
  const login = { submit: 'Se connecter', heading: 'Se connecter à {1}' };
  const warnings = await check(t, { 'fr.json': { pages: { login } } });
  t.is(warnings.length, 1);
  t.regex(warnings[0]?.warning ?? '', /"fr\.json".*English: .*pages\.opensNewTab.* and \d+ more/);
  t.is(dictionaryOf('fr').login.heading('Notes'), 'Se connecter à Notes');
  t.is(dictionaryOf('fr').login.username, dictionaryOf('en').login.username);
});

test.serial(
  'files of our own languages change single words, and English ones are what others fall back to',
  async (t) => {
    const de = { pages: { login: { submit: 'Los' } } };
    const en = { pages: { login: { username: 'Badge number' } }, mails: { byHand: 'Or open this:' } };
    t.deepEqual((await check(t, { 'de.json': de, 'en.json': en, 'fr.json': {} })).length, 1);
    t.deepEqual(languages, ['en', 'de', 'fr']);
    t.is(dictionaryOf('de').login.submit, 'Los');
    t.is(dictionaryOf('de').login.password, 'Passwort');
    t.is(dictionaryOf('fr').login.username, 'Badge number');
    t.is(mailWordsOf('fr').byHand, 'Or open this:');
  },
);

test.serial('everything that is wrong is listed at once, by the path of the word', async (t) => {
  const wrong = {
    mails: { texts: [], constructor: 'x' },
    pages: {
      login: { heading: 'Se connecter', submit: 3, username: ' ', passwort: 'x' },
      landing: { heading: '{1} {2}' },
      backTo: '{1} {1}',
    },
  };
  const error = await t.throwsAsync(
    check(t, { 'fr.json': wrong, 'readme.json': '{}', 'es.json': '{', 'PT-br.json': '[]', 'landing.ejs': '<%' }),
    { name: 'ConfigurationError' },
  );
  const text = explainFailure(error);
  for (const expected of [
    /landing\.ejs/,
    /"readme\.json", whose name is no language/,
    /"es\.json", which is not JSON/,
    /"PT-br\.json", in which it must be an object/,
    /mails\.texts must be an object/,
    /mails\.constructor is no word of ours/,
    /pages\.login\.heading must have \{1\}/,
    /pages\.login\.submit must be a text/,
    /pages\.login\.username is empty/,
    /pages\.login\.passwort is no word of ours/,
    /pages\.landing\.heading must have \{1\}, and no other/,
  ])
    t.regex(text, expected);
  t.notRegex(text, /backTo/);
});

test.serial('a file that is too long, or no file, stops the start', async (t) => {
  const long = await t.throwsAsync(check(t, { 'fr.json': ' '.repeat(262_145) }), { name: 'ConfigurationError' });
  t.regex(explainFailure(long), /"fr\.json", which cannot be used \(it is longer than 256 kilobytes\)/);
  const folder = await temporaryFolder(t);
  mkdirSync(join(folder, 'fr.json'));
  const settings = { STORAGE_URL: 'sqlite::memory:', SECRET_KEYS: newKey(), VIEWS_FOLDER: folder };
  await t.throwsAsync(checkOffline(configFromEnvironment(settings)), { name: 'ConfigurationError' });
});

test.serial('without a folder there are our own languages alone', async (t) => {
  await checkOffline(configFromEnvironment({ STORAGE_URL: 'sqlite::memory:', SECRET_KEYS: newKey() }));
  t.deepEqual(languages, ['en', 'de']);
});
