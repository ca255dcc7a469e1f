/** What people read has one spelling of "e-mail" and "username", in pages, errors, the admin command's help and the documentation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Command } from 'commander';
import { createProgram } from '../../scripts/admin/program.ts';
import { type Variable, variables } from '../../src/config/variables.ts';
import { DomainError } from '../../src/domain/domain-error.ts';

import { dictionaryOf, languages, mailWordsOf } from '../../src/web/pages/language.ts';
import { everyPage } from './every-page.ts';

const root = join(import.meta.dirname, '../..');

/** Code, links, tags and the names of claims, flags and scopes spell it as the protocol does. */
function proseOf(markdown: string): string {
  return markdown
    .replace(/^```[\s\S]*?^```/gm, ' ')
    .replace(/`[^`]*`|<code>[\s\S]*?<\/code>/g, ' ')
    .replace(/\]\([^)]*\)|<[^>]*>|https?:\S+|\S+@\S+|--[\w-]+/g, ' ');
}

const WRONG = [/\bemails?\b(?![_=:.(])/i, /\bE-Mail\b/, /\buser[ -]name\b/i, /\blogin names?\b/i, /\be mail\b/i];
const WRONG_IN_GERMAN = [
  /\bemails?\b/i,
  /\be-mail\b/,
  /\bE-mail\b/,
  /\bUser(?:name|-Name)/i,
  /\bLogin-?Name/i,
  /\bNutzername/i,
];

function complaints(text: string, wrong: readonly RegExp[]): readonly string[] {
  return wrong.flatMap((form) => form.exec(text)?.[0] ?? []);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') return [String((value as (text: string) => unknown)('x'))];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

for (const language of languages) {
  const wrong = language === 'de' ? WRONG_IN_GERMAN : WRONG;
  test(`the words of ${language} spell it in one way`, (t) => {
    for (const text of textsIn([dictionaryOf(language), mailWordsOf(language)]))
      t.deepEqual(complaints(text, wrong), [], text);
  });
  test(`every page of ${language} spells it in one way`, (t) => {
    for (const [name, html] of Object.entries(everyPage(language)))
      t.deepEqual(complaints(proseOf(html), wrong), [], name);
  });
}

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !file.includes('node_modules'))
    .map((file) => join(folder, file));
}

test('the documentation spells it in one way', (t) => {
  const files = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    ...filesIn('docs', '.md'),
    ...filesIn('examples', '.md'),
  ];
  for (const file of files) t.deepEqual(complaints(proseOf(readFileSync(join(root, file), 'utf8')), WRONG), [], file);
});

test('the views of the example app spell it in one way', (t) => {
  for (const file of filesIn('examples', '.ejs'))
    t.deepEqual(complaints(proseOf(readFileSync(join(root, file), 'utf8')), WRONG), [], file);
});

function helpOf(command: Command): readonly string[] {
  const own = [command.description(), ...command.options.map(({ description }) => description)];
  const ofArguments = command.registeredArguments.map(({ description }) => description);
  return [...own, ...ofArguments, ...command.commands.flatMap(helpOf)];
}

test('the help of the admin command, of the settings and of the errors spells it in one way', (t) => {
  const helps = Object.values<Variable>(variables).map(({ help }) => help);
  const errors = (
    ['login_failed', 'email_invalid', 'email_taken', 'username_taken', 'password_like_login'] as const
  ).map((code) => new DomainError(code).message);
  for (const text of [...helpOf(createProgram()), ...helps, ...errors])
    t.deepEqual(complaints(proseOf(text), WRONG), [], text);
});

test('what is wrong would be found', (t) => {
  for (const text of ['your email', 'Email address', 'user name', 'user-name', 'E-Mail', 'login name'])
    t.not(complaints(text, WRONG).length, 0, text);
  for (const text of ['your e-mail', 'E-mail or username', 'e-mail address']) t.deepEqual(complaints(text, WRONG), []);
});
