/** How heavy pages are, uncompressed: HTML, style sheet, scripts and pictures of ours. The logo of an app comes from its own host. */
import test from 'ava';
import { languages } from '../../src/web/pages/language.ts';
import { everyPage, pages } from './every-page.ts';
import { serve } from './serve.ts';

const MOST_BYTES = 50_000;

/** Each address once, as a browser loads it. */
const assetsOf = (html: string): ReadonlySet<string> => new Set(html.match(/\/assets\/[^"]+/g) ?? []);

for (const language of languages) {
  test(`every page in ${language} weighs less than 50 kB with all that it loads`, async (t) => {
    await using site = await serve(pages.assets.serve);
    const weights = new Map<string, number>();
    for (const [name, html] of Object.entries(everyPage(language))) {
      let bytes = Buffer.byteLength(html);
      for (const path of assetsOf(html)) {
        if (!weights.has(path)) weights.set(path, Buffer.byteLength((await site.get(path)).rawBody));
        bytes += weights.get(path) ?? 0;
      }
      t.true(bytes > 5_000 && bytes < MOST_BYTES, `${name} weighs ${bytes} bytes`);
    }
  });
}
