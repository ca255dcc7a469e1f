/** BRAND_LOGO and BRAND_COLOUR: what cannot be served or read is refused at start, with the reason. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { contrast, grounds } from '../../src/config/brand/colours.ts';
import { readLogo } from '../../src/config/brand/logo.ts';
import { configFromEnvironment, readConfig } from '../../src/config/read-config.ts';
import { explainFailure } from '../../src/start-failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { problemsOf, refusedVariables } from './settings.ts';

async function logo(t: ExecutionContext, content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(t), 'logo');
  writeFileSync(path, content);
  return path;
}

const start = (path: string) => configFromEnvironment({ STORAGE_URL: 'sqlite::memory:', BRAND_LOGO: path });

const svg = (inside: string, attributes = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"${attributes}>${inside}</svg>`;

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

test('a PNG is told by its bytes, and an SVG that only draws is taken', async (t) => {
  const harmless = [
    svg('<path d="M0 0h9v9z" fill="#0f5a48"/>'),
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n${svg('<title>Ours on = off</title>')}`,
    svg('<defs><linearGradient id="a"/></defs><path fill="url(#a)"/><use href="#b" xlink:href=\'#b\'/>'),
    svg('<style>path{fill:red}@media (prefers-color-scheme:dark){path{fill:blue}}</style>'),
  ];
  for (const content of harmless) {
    const path = await logo(t, content);
    t.is(start(path).brandLogo, path);
    t.is(readLogo(path).ending, '.svg', content);
  }
  t.is(readLogo(await logo(t, PNG)).ending, '.png');
});

const refused: Readonly<Record<string, readonly (string | Uint8Array)[]>> = {
  script: [svg('<script>1</script>'), svg('<SCRIPT/>'), svg('<x:script/>')],
  foreignObject: [svg('<foreignObject/>'), svg('<iframe/>'), svg('<svg:foreignobject/>')],
  'event handler': [svg('', ' onload="1"'), svg('<path\nonclick=1/>'), svg('<path d=""onfocus ="1"/>')],
  outside: [
    svg('<image href="https://evil.example/x.png"/>'),
    svg('<image xlink:href="data:image/png;base64,AA"/>'),
    svg('<use href = "x.svg#a"/>'),
    svg('<a href="javascript:1"/>'),
    svg('<a href="&#x6a;avascript:1"/>'),
    svg('<style>@import "x.css";</style>'),
    svg('<path fill="url(https://evil.example/#a)"/>'),
    svg('<style>path{fill:u\\72l(x)}</style>'),
    svg('', ' xml:base="https://evil.example/"'),
  ],
  'document type': [`<!DOCTYPE svg>${svg('')}`, svg('<!ENTITY a "b">'), `${svg('')}<?xml-stylesheet href="#"?>`],
  element: [svg('<a.b:script/>'), svg('<\u00e4:script/>'), svg('<h:meta http-equiv="refresh"/>'), svg('<h:form/>')],
  animation: [svg('<set attributeName="href" to="x"/>'), svg('<animate attributeName="xlink:href"/>')],
  neither: ['', 'GIF89a', '<html><svg></svg></html>', '\u{feff}<p>', '<svgs/>'],
  'UTF-16': [Buffer.from(`\ufeff${svg('')}`, 'utf16le')],
  '20000 bytes': [svg(`<path d="${'M0 0'.repeat(6000)}"/>`), Buffer.concat([PNG, Buffer.alloc(20_000)])],
};

for (const [why, contents] of Object.entries(refused)) {
  test(`a logo is refused for this: ${why}`, async (t) => {
    for (const content of contents) {
      const path = await logo(t, content);
      const error = t.throws(() => start(path), { name: 'ConfigurationError' }, String(content).slice(0, 200));
      // A document type in front hides what the file is.
      t.regex(
        explainFailure(error),
        new RegExp(`BRAND_LOGO .*(?:${why}|neither a PNG)`),
        String(content).slice(0, 200),
      );
    }
  });
}

test('a logo that is not there, or a folder, is refused beside all other problems', async (t) => {
  const folder = await temporaryFolder(t);
  for (const path of [folder, join(folder, 'none.svg'), '/dev/zero']) {
    const given = { STORAGE_URL: 'sqlite::memory:', PORT: 'x', BRAND_LOGO: path };
    const error = t.throws(() => configFromEnvironment(given), { name: 'ConfigurationError' });
    t.regex(explainFailure(error), /PORT[\s\S]*BRAND_LOGO/, path);
  }
});

test('a colour that cannot be read is refused with its contrast and what is needed, for each mode', (t) => {
  const problems = problemsOf({ BRAND_COLOUR: '#ffcc00,#0f5a48' });
  t.is(problems.length, 2);
  t.regex(problems[0]?.problem ?? '', /#ffcc00 for the light mode, whose contrast .* is 1\.\d\d; .* 4\.5 .*darker/);
  t.regex(problems[1]?.problem ?? '', /#0f5a48 for the dark mode, whose contrast .* is \d\.\d\d; .*lighter/);
});

test('whatever colour is taken, links, buttons and their words can be read in both modes', (t) => {
  for (const colour of ['#0f5a48', '#0055aa', '#aa0000', '#000000', '#5b2a86', '#6a6a00,#ffffff', '#333333,#909090']) {
    if (refusedVariables({ BRAND_COLOUR: colour }).length > 0) continue;
    const { brandColours } = readConfig({ BRAND_COLOUR: colour });
    for (const mode of ['light', 'dark'] as const) {
      const { accent = '', hover = '', onAccent = '' } = brandColours?.[mode] ?? {};
      for (const ground of [...grounds[mode], onAccent]) {
        t.true(contrast(accent, ground) >= 4.5, `${colour} ${mode} ${ground}`);
        t.true(contrast(hover, ground) >= 4.5, `${colour} ${mode} ${ground} under the pointer`);
      }
    }
  }
});

test('links at the foot are https in production', (t) => {
  const production = { ISSUER: 'https://id.example.com', PRIVACY_URL: 'http://localhost/privacy' };
  t.true(refusedVariables(production).includes('PRIVACY_URL'));
  t.deepEqual(refusedVariables({ PRIVACY_URL: 'http://localhost/privacy' }), []);
});

test('a logo with many comments in front of it is judged as fast as any', async (t) => {
  const path = await logo(t, `${'<!-- a line of the licence -->\n'.repeat(60)}<!DOCTYPE svg>${svg('')}`);
  t.throws(() => readLogo(path), { message: /neither a PNG nor an SVG/ });
});
