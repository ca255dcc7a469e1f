import { blocksOf, pageAddresses, readPage } from './page.ts';
import type { Provider } from './provider.ts';

/** Registers what docs/connect/not-run.md describes and nothing runs, and returns the headings. */
export async function registerDescribed({ register }: Provider): Promise<readonly string[]> {
  const blocks = blocksOf(await readPage('not-run')).filter(({ language }) => language === 'sh');
  for (const { heading, text } of blocks) {
    const { length } = await register(text, pageAddresses.app);
    if (length !== 1) throw new Error(`not-run.md, ${heading}: ${length} clients were registered`);
  }
  return blocks.map(({ heading }) => heading);
}
