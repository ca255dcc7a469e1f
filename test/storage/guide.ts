/** The guides docs/storage.md and docs/upgrade.md, for tests that hold them to what they say. */
import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');

export const guide = read('storage');
export const upgradeGuide = read('upgrade');

/** The commands under a mark such as `<!-- tested: sqlite backup -->`. */
export function testedCommands(name: string, page: string = guide): string {
  const [, commands] = page.split(`<!-- tested: ${name} -->\n\`\`\`sh\n`);
  const [block, rest] = commands?.split('\n```') ?? [];
  if (block === undefined || rest === undefined) throw new Error(`the page has no commands for ${name}`);
  return block;
}

/** The rows of the table whose head begins so, without their marks. */
export function firstColumnOf(head: string): readonly string[] {
  const [, table = ''] = guide.split(`\n| ${head}`);
  const [rows = ''] = table.split('\n\n');
  return rows
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1]?.trim() ?? '');
}
