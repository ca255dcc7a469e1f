/** The language of a page: ui_locales, then Accept-Language, then English. */
import test from 'ava';
import { type Language, requestLanguage, waitingTime } from '../../src/web/pages/language.ts';
import { serve } from './serve.ts';

interface Preferences {
  readonly uiLocales?: string;
  readonly acceptLanguage?: string;
}

const cases: readonly (readonly [title: string, preferences: Preferences, expected: Language])[] = [
  ['nothing asked for is English', {}, 'en'],
  ['a list longer than anybody has is not read to its end', { uiLocales: `${'xx '.repeat(100)}de` }, 'en'],
  ['what the app asks for comes first', { uiLocales: 'de', acceptLanguage: 'en' }, 'de'],
  ['the first language of the app that we speak', { uiLocales: 'xx-YY de en' }, 'de'],
  ['an app with only foreign languages leaves it to the browser', { uiLocales: 'fr', acceptLanguage: 'de' }, 'de'],
  ['a region falls back to its language', { uiLocales: 'de-AT' }, 'de'],
  ['the higher weight wins', { acceptLanguage: 'en;q=0.5, de;q=0.9' }, 'de'],
  ['equal weights keep their order', { acceptLanguage: 'fr, de, en' }, 'de'],
  ['a weight of zero is a no', { acceptLanguage: 'de;q=0, en;q=0.1' }, 'en'],
  ['any case will do', { acceptLanguage: 'DE-ch' }, 'de'],
  ['a wildcard is English', { acceptLanguage: '*' }, 'en'],
  ['a browser with only foreign languages gets English', { acceptLanguage: 'fr, nl;q=0.5' }, 'en'],
  ['the name of an object member is no language', { uiLocales: 'constructor __proto__ toString' }, 'en'],
  ['a malformed header is English', { acceptLanguage: ';;;q=,,q=x;de' }, 'en'],
];

for (const [title, { uiLocales, acceptLanguage }, expected] of cases) {
  test(title, async (t) => {
    await using site = await serve((ctx) => {
      ctx.body = requestLanguage(ctx, uiLocales);
    });
    const headers = acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage };
    t.is((await site.get('/', { headers })).body, expected);
  });
}

test('waiting times read naturally in each language', (t) => {
  t.is(waitingTime('en', 1), '1 second');
  t.is(waitingTime('en', 61), '61 seconds');
  t.is(waitingTime('en', 100), '2 minutes');
  t.is(waitingTime('de', 30), '30 Sekunden');
  t.is(waitingTime('de', 600), '10 Minuten');
});

test('without a known time the wait is a moment', (t) => {
  for (const seconds of [undefined, 0, -1, Number.NaN]) t.is(waitingTime('en', seconds), 'a moment');
});
