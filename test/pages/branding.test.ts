/** What an operator's settings change on every page, over HTTP. */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import got from 'got';
import { mailNotice } from '../../src/domain/mail/outbox.ts';
import { startInstallation } from '../support/installation.ts';
import { mailsTo } from '../support/mails.ts';

const folder = await mkdtemp(join(tmpdir(), 'brand-'));
const logo = join(folder, 'logo.svg');
writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 1"><path d="M0 0h3v1z"/></svg>');
const latchkey = await startInstallation({
  environment: {
    BRAND_NAME: 'Harbour & Co',
    BRAND_LOGO: logo,
    BRAND_COLOUR: '#0055aa',
    SUPPORT_URL: 'https://harbour.example/help',
    PRIVACY_URL: 'https://harbour.example/privacy?a=1&b=2',
    IMPRINT_URL: 'https://harbour.example/imprint',
    TERMS_URL: 'https://harbour.example/terms',
    TERMS_VERSION: '1',
  },
});
test.after.always(async () => {
  await latchkey.stop();
  await rm(folder, { recursive: true });
});

const html = (path: string) =>
  got(`${latchkey.issuer}${path}`, { headers: { accept: 'text/html' }, throwHttpErrors: false }).text();

test('the logo stands in place of the name, with the name as its text, from our own address', async (t) => {
  const page = await html('/');
  const [, src = ''] =
    /<img class="logo" src="(\/assets\/logo\.[0-9a-f]{16}\.svg)" alt="Harbour &amp; Co">/.exec(page) ?? [];
  const { headers, body } = await got(`${latchkey.issuer}${src}`);
  t.is(headers['content-type'], 'image/svg+xml');
  t.is(headers['x-content-type-options'], 'nosniff');
  t.regex(String(headers['content-security-policy']), /default-src 'none'/);
  t.true(body.startsWith('<svg'));
  t.notRegex(page, /mark\.[0-9a-f]+\.svg/);
});

test('the colour is in the style sheet, and in no page', async (t) => {
  const page = await html('/');
  const [css = ''] = /\/assets\/latchkey\.[0-9a-f]+\.css/.exec(page) ?? [];
  const style = await got(`${latchkey.issuer}${css}`).text();
  t.regex(
    style,
    /:root\{--accent:#0055aa;--accent-hover:#004488;--on-accent:#ffffff\}\n@media \(prefers-color-scheme: dark\)\{:root\{--accent:#[0-9a-f]{6}/,
  );
  t.notRegex(page, /0055aa|style=/);
});

test('every page leads to support, privacy, imprint and terms, as other links that open elsewhere do', async (t) => {
  for (const path of ['/', '/nowhere', '/docs/errors', '/recover']) {
    const page = await html(path);
    for (const [id, href] of [
      ['support', 'https://harbour.example/help'],
      ['privacy', 'https://harbour.example/privacy?a=1&amp;b=2'],
      ['imprint', 'https://harbour.example/imprint'],
      ['terms', 'https://harbour.example/terms'],
    ])
      t.true(
        page.includes(`id="footer-${id}" href="${href}" target="_blank" rel="noopener noreferrer"`),
        `${path} ${id}`,
      );
  }
});

test('mails have the colour on their button, and no picture', async (t) => {
  const email = 'ann@example.com';
  const { outbox, clock } = latchkey.installation;
  const link = `${latchkey.issuer}/account`;
  await mailNotice({ text: 'password_changed', to: email, language: 'en', link }, { outbox, clock });
  const [mail] = await mailsTo(latchkey, email);
  t.regex(mail?.html ?? '', /background-color:#0055aa;color:#ffffff/);
  t.notRegex(mail?.html ?? '', /<img/);
});
