/** Each mail says in each language who sends it, why, what to do and until when, and nothing that somebody else typed. */
import test from 'ava';
import { type MailOrder, type MailText, mailTexts } from '../../../src/domain/mail/outbox.ts';
import { noticeTexts } from '../../../src/domain/notices/notices.ts';
import { MailTexts } from '../../../src/web/mail/mail-texts.ts';
import { languages, mailWordsOf } from '../../../src/web/pages/language.ts';
import { Views } from '../../../src/web/pages/views.ts';

const views = new Views();
const LINK = `https://id.example/id/reset/${'aB3_-'.repeat(17)}x`;
/** 2026-11-27 at 09:30 UTC. */
const UNTIL = Date.UTC(2026, 10, 27, 9, 30);

const needLink: readonly MailText[] = [
  ...(['confirm_registration', 'invitation', 'reset_password', 'confirm_new_email'] as const),
  ...noticeTexts,
];
const CODE = '01234567';
const haveCode: readonly MailText[] = ['sign_in_code', 'second_factor_code'];

function write(text: MailText, { link = LINK, ...order }: Partial<MailOrder> = {}, brandName = 'Harbour') {
  const code = haveCode.includes(text) ? { code: CODE } : {};
  const given = { to: 'ada@example.test', language: 'en', link, usefulUntil: UNTIL, ...code, ...order };
  return new MailTexts({ views, brandName }).write({ text, ...given });
}

/** Without the letters that HTML escapes. */
const plain = (html: string): string => html.replaceAll('&#39;', "'").replaceAll('&#34;', '"').replaceAll('&amp;', '&');

for (const language of languages) {
  for (const text of mailTexts) {
    const words = mailWordsOf(language).texts[text];
    const hasButton = words.action !== '';

    test(`${text} in ${language} says who, why, what to do, and what if it was not you`, (t) => {
      const mail = write(text, { language });
      t.is(mail.subject, words.subject('Harbour'));
      for (const said of [words.why('Harbour'), words.todo, words.notYou, mailWordsOf(language).sender('Harbour')]) {
        t.true(mail.text.includes(said), said);
        t.true(plain(mail.html).includes(said), said);
      }
      for (const part of Object.values(mail)) t.notRegex(part, /undefined|\[object|NaN|Invalid|=>|<%/);
    });

    test(`${text} in ${language} has its link as it was given, in both parts, or no button`, (t) => {
      const mail = write(text, { language });
      t.is(mail.text.split('\n').filter((line) => line === LINK).length, hasButton ? 1 : 0);
      const addresses = [...mail.html.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
      t.deepEqual(addresses, hasButton ? [LINK, LINK] : []);
      t.is(mail.html.includes(`>${LINK}</a>`), hasButton);
      t.is(mail.text.includes(words.action), hasButton || words.action === '');
    });

    test(`${text} in ${language} says until when its link is good, or needs none`, (t) => {
      const day = language === 'de' ? '27. November 2026' : 'November 27, 2026';
      const isTimed = needLink.includes(text);
      const { text: part, html } = write(text, { language });
      for (const said of [part, html]) t.is(said.includes(day) && said.includes('UTC'), isTimed);
      const order = { text, language, to: 'ada@example.test', usefulUntil: UNTIL, code: CODE };
      const withoutLink = () => new MailTexts({ views, brandName: 'Harbour' }).write(order);
      if (isTimed) t.throws(withoutLink, { message: /needs a link/ });
      else t.notThrows(withoutLink);
    });

    test(`${text} in ${language} is a page for every mail client: no picture, script, style sheet or table`, (t) => {
      const { html } = write(text, { language });
      t.true(html.startsWith('<!doctype html>\n'));
      t.true(html.includes(`<html lang="${language}">`));
      t.notRegex(html, /<(?:img|script|style|link|table|form|input|iframe)\b|\bsrc=|url\(|@import/i);
      t.regex(html, /name="color-scheme" content="light dark"/);
      // A page of a fixed colour would be dark on dark where the client takes one of the two over.
      t.notRegex(html.replace(/<a [^>]*>/g, ''), /[^-]color:|background/);
    });
  }
}

test('a link that is no web address, or has a line break, is refused by every text', (t) => {
  for (const link of [
    '',
    'javascript:alert(1)',
    '//evil.example',
    'ftp://id.example/',
    `${LINK}\r\nBcc: x`,
    `${LINK} x`,
  ])
    for (const text of mailTexts) t.throws(() => write(text, { link }), { instanceOf: TypeError }, link);
});

test('a time that is none is refused', (t) => {
  for (const usefulUntil of [Number.NaN, Number.POSITIVE_INFINITY])
    t.throws(() => write('reset_password', { usefulUntil }), { instanceOf: RangeError });
});

test('whatever else an order holds is in no mail: most go to an address that nobody has proven', (t) => {
  const planted = ['http://evil.example', 'evil.example', 'www.evil.example', 'evil@evil.example', '<b>evil</b>'];
  const names = ['name', 'clientName', 'client', 'app', 'email', 'newEmail', 'password', 'toString', 'subject'];
  for (const text of mailTexts) {
    for (const evil of planted) {
      const values = Object.fromEntries(names.map((name) => [name, evil]));
      t.deepEqual(write(text, { ...values, text, to: evil }), write(text));
    }
  }
});

test('a code is the first thing in a mail that has one, in no subject, and in no other mail', (t) => {
  for (const text of mailTexts) {
    for (const language of languages) {
      const mail = write(text, { language, code: CODE, appName: 'Notes' });
      const isCode = haveCode.includes(text);
      t.false(mail.subject.includes(CODE));
      t.is(mail.text.startsWith(`${CODE} `), isCode, text);
      t.is(mail.html.includes(CODE), isCode, text);
      t.is(`${mail.text}${mail.html}`.includes('Notes'), text === 'second_factor_code', text);
    }
  }
  for (const text of haveCode)
    for (const code of ['', 'abcd', '123', 'http://evil.example', '1234\n5'])
      t.throws(() => write(text, { code }), { instanceOf: TypeError }, code);
});

test('the brand is text in the HTML, and one line of bounded length in the subject', (t) => {
  const brands = {
    markup: `"'><script>alert(1)</script>`,
    'a header': 'Harbour\r\nBcc: all@evil.example',
    'other line breaks': 'Harbour\u2028\u2029\u0085\v\fx',
    'a turned direction': 'Har\u202ebour\u2066',
    'no end': 'x'.repeat(5000),
    'letters of four bytes': '\u{1f600}'.repeat(5000),
    'a NUL': 'Harbour\0',
  };
  for (const [name, brand] of Object.entries(brands)) {
    for (const text of mailTexts) {
      const mail = write(text, {}, brand);
      t.notRegex(mail.subject, /[\p{Cc}\u2028\u2029\u202e\u2066]/u, name);
      t.true(mail.subject.length <= 300 && Array.from(mail.subject).length <= 150, name);
      t.true(mail.subject.isWellFormed());
      t.notRegex(mail.html, /<script>/);
      t.notRegex(mail.text, /[\r\0\u202e\u2066\u2028]/, name);
    }
  }
  t.true(write('approved', {}, 'Café & Söhne').text.includes('Café & Söhne'));
});

test('a language is taken by its tag, and one that we do not speak is answered in English', (t) => {
  for (const language of ['de', 'de-AT', 'DE', 'de-Latn-CH'])
    t.is(write('approved', { language }).subject, mailWordsOf('de').texts.approved.subject('Harbour'), language);
  for (const language of ['', 'fr', 'deutsch', 'en-GB', '__proto__', 'constructor', 'x'.repeat(10_000)])
    t.is(write('approved', { language }).subject, mailWordsOf('en').texts.approved.subject('Harbour'), language);
});

test('the text part is complete by itself, and has no markup', (t) => {
  for (const text of mailTexts) {
    const { text: part } = write(text);
    t.notRegex(part, /<[a-z/]|&[a-z#]+;|\n{3}/i);
    t.regex(part, /[^\n]\n$/);
  }
});
