/** What axe finds on the page that is open: rules of WCAG 2.2 A and AA, and its own best practices. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

interface Result {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const told = (violations: readonly Result[]): readonly string[] =>
  violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);

export async function violationsOn(page: Page): Promise<readonly string[]> {
  // A page of ours has no frames; without this, axe would open a second page to join their results.
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
  return told(violations);
}

/** After the above, in other colours: of all rules only that of contrast looks at them. */
export async function contrastViolationsOn(page: Page): Promise<readonly string[]> {
  const run = "axe.run({ runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations'] })";
  const { violations } = (await page.evaluate(run)) as { violations: readonly Result[] };
  return told(violations);
}
