/** The guide docs/storage.md, for tests that hold it to what it says. */
import { readFileSync } from 'node:fs';

export const guide = readFileSync(new URL('../../docs/storage.md', import.meta.url), 'utf8');

/** The commands under a mark such as `<!-- tested: sqlite backup -->`. */
export function testedCommands(name: string): string {
  const [, commands] = guide.split(`<!-- tested: ${name} -->\n\`\`\`sh\n`);
  const [block, rest] = commands?.split('\n```') ?? [];
  if (block === undefined || rest === undefined) throw new Error(`docs/storage.md has no commands for ${name}`);
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
