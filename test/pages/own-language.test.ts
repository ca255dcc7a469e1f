/** A language that VIEWS_FOLDER brings: on pages, in discovery and in mails, and gone again with its file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import got from 'got';
import { MailTexts } from '../../src/web/mail/mail-texts.ts';
import { directionOf, requestLanguage, spokenLanguage } from '../../src/web/pages/language.ts';
import { Views } from '../../src/web/pages/views.ts';
import { startInstallation } from '../support/installation.ts';

const folder = mkdtempSync(join(tmpdir(), 'languages-'));
writeFileSync(
  join(folder, 'fr.json'),
  JSON.stringify({
    pages: { notFound: { heading: 'Rien à cette adresse' } },
    mails: { until: 'Ce lien sert jusqu’au {1}.' },
  }),
);
writeFileSync(join(folder, 'ar.json'), JSON.stringify({ pages: { notFound: { heading: 'لا توجد صفحة هنا' } } }));
writeFileSync(join(folder, 'pt-BR.json'), '{}');
const latchkey = await startInstallation({ environment: { VIEWS_FOLDER: folder } });
test.after.always(async () => {
  await latchkey.stop();
  rmSync(folder, { recursive: true });
});

const pageIn = (language: string) =>
  got(`${latchkey.issuer}/nowhere`, {
    headers: { accept: 'text/html', 'accept-language': language },
    throwHttpErrors: false,
  }).text();

test('a browser that prefers it gets the page in it, with the words that are missing in English', async (t) => {
  const html = await pageIn('fr-CA, de;q=0.5');
  t.regex(html, /<html lang="fr">[\s\S]*<h1>Rien à cette adresse<\/h1>/);
  t.true(html.includes('Check the address'));
});

test('a language that is written from right to left says so', async (t) => {
  t.regex(await pageIn('ar'), /<html lang="ar" dir="rtl">[\s\S]*لا توجد صفحة هنا/);
  t.deepEqual(['ar', 'he', 'fa-AF', 'ckb', 'az-Arab', 'fr', 'az', 'ja'].map(directionOf), [
    ...['rtl', 'rtl', 'rtl', 'rtl', 'rtl'],
    ...['ltr', 'ltr', 'ltr'],
  ]);
});

test('discovery lists it', async (t) => {
  const discovery = await got(`${latchkey.issuer}/.well-known/openid-configuration`).json<Record<string, unknown>>();
  t.deepEqual(discovery.ui_locales_supported, ['en', 'de', 'ar', 'fr', 'pt-BR']);
});

test('what an app asks for goes before what the browser prefers', (t) => {
  const browser = { acceptsLanguages: () => 'de' } as never;
  t.is(requestLanguage(browser, 'nl fr-BE en'), 'fr');
  t.is(requestLanguage(browser, 'nl'), 'de');
  t.is(spokenLanguage('PT-br'), 'pt-BR');
  t.is(spokenLanguage('pt'), undefined);
});

test('a mail is written in it, with its dates', (t) => {
  const texts = new MailTexts({ views: new Views(), brandName: 'Latchkey' });
  const order = { text: 'reset_password', to: '', link: 'https://id.example/x', usefulUntil: 0 } as const;
  t.regex(texts.write({ ...order, language: 'fr-BE' }).text, /jusqu’au 1 janvier 1970/);
  t.regex(texts.write({ ...order, language: 'ar' }).html, /<html lang="ar" dir="rtl">/);
  t.deepEqual(texts.write({ ...order, language: 'tlh' }), texts.write({ ...order, language: 'en' }));
});
