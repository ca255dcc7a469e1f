/** What a page says that may have sent a mail. */
import test from 'ava';
import { languages } from '../../src/web/pages/language.ts';
import { mailSent } from '../../src/web/pages/mail-sent.ts';
import { Views } from '../../src/web/pages/views.ts';

const views = new Views();
const draw = (page: object): string => views.draw('layout/mail-sent', page);

for (const language of languages) {
  test(`a page in ${language} says that a mail may be on its way, and where else to look`, (t) => {
    const html = draw({ mailSent: mailSent(language, { isReachable: true, isDevelopment: false }) });
    t.regex(html, /<p id="mail-sent">[^<]*Spam[^<]*<\/p>/i);
    t.notRegex(html, /id="mail-delayed"|id="mails"|undefined/);
  });

  test(`a page in ${language} says that the mail server cannot be reached, and that it comes by itself`, (t) => {
    const html = draw({ mailSent: mailSent(language, { isReachable: false, isDevelopment: false }) });
    t.regex(html, /id="mail-sent"[\s\S]*id="mail-delayed" role="status"/);
    t.notRegex(html, /id="mails"|undefined/);
  });

  test(`a page of development in ${language} leads to its mails`, (t) => {
    const html = draw({ mailSent: mailSent(language, { isReachable: true, isDevelopment: true }) });
    t.is(html.match(/<a id="mails" href="([^"]*)">[^<]+<\/a>/)?.[1], '/development/mails');
  });
}

test('a page that sends no mail says nothing of it', (t) => {
  t.is(draw({}), '');
});
