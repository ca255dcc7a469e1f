/** A mail of development, from the list to the page that its link opens; and the mails themselves as a client shows them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { mailTexts } from '../../src/domain/mail/outbox.ts';
import { MailTexts } from '../../src/web/mail/mail-texts.ts';
import { languages } from '../../src/web/pages/language.ts';
import { Views } from '../../src/web/pages/views.ts';
import { launch } from '../support/browser.ts';
import { startInstallation } from '../support/installation.ts';

const texts = new MailTexts({ views: new Views(), brandName: 'Harbour' });

test('two clicks lead from the list of mails to the page of the link', async (t) => {
  const { issuer, config, stop } = await startInstallation();
  t.teardown(stop);
  const link = `${issuer}/docs/errors/access_denied`;
  const order = { to: 'ada@example.test', language: 'en', link, usefulUntil: Date.now() };
  const { subject, text, html } = texts.write({ ...order, text: 'confirm_registration' });
  const head = (type: string) => `Content-Type: text/${type}; charset=utf-8\r\n\r\n`;
  const parts = [head('plain') + text, head('html') + html].map((part) => `--b\r\n${part}\r\n`).join('');
  const top = `To: ${order.to}\r\nSubject: ${subject}\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n`;
  await mkdir(join(config.dataFolder, 'mails'));
  await writeFile(join(config.dataFolder, 'mails/2026-11-26.eml'), `${top}${parts}--b--\r\n`);

  await using browser = await launch({ javaScriptEnabled: false });
  const page = await browser.newPage();
  await page.goto(`${issuer}/development/mails`);
  await browser.screenshot(page, 'development-mails');
  await page.click('#mails a');
  await page.waitForSelector('#mail-text');
  await browser.screenshot(page, 'development-mail');
  t.is(await page.locator('details pre button, details pre a').count(), 0);
  await page.click('#mail-text a');
  t.is(page.url(), link);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every mail fits a small screen: ${colorScheme}`, async (t) => {
    await using browser = await launch({ colorScheme, viewport: { width: 320, height: 568 } });
    const page = await browser.newPage();
    const link = `https://id.example.com/new-address/${'aB_-'.repeat(21)}xy`;
    for (const text of mailTexts) {
      for (const language of languages) {
        const order = { to: '', language, link, code: '01234567', usefulUntil: 0 };
        await page.setContent(texts.write({ ...order, text }).html);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        t.true(width <= 320, `${text} ${language}: ${width}`);
        if (text === 'reset_password') await browser.screenshot(page, `mail-${language}-${colorScheme}`);
      }
    }
  });
}
