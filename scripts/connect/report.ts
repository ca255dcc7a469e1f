/** What a run prints, and how docs/connect/README.md shows it. */
import { readFile, writeFile } from 'node:fs/promises';

export interface Result {
  readonly stack: string;
  readonly outcome: 'ok' | 'failed' | 'not run';
  /** Library and toolchain, as far as known. */
  readonly versions: readonly string[];
  /** What was seen, or what went wrong; its first line is the one that is shown in the list. */
  readonly seen: string;
}

const START = '<!-- output of npm run connect: start -->';
const END = '<!-- output of npm run connect: end -->';
const page = new URL('../../docs/connect/README.md', import.meta.url);

export function lineOf({ stack, outcome, versions, seen }: Result): string {
  const [first = ''] = seen.split('\n');
  return `${outcome.padEnd(7)}  ${stack.padEnd(22)}  ${[...versions, first].join('; ')}`;
}

export function isFailure({ outcome }: Result, allowsMissing: boolean): boolean {
  return outcome === 'failed' || (outcome === 'not run' && !allowsMissing);
}

export function closingLine(results: readonly Result[]): string {
  const count = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return `${count('ok')} ok, ${count('failed')} failed, ${count('not run')} not run`;
}

/** Takes the lines that were printed. */
export async function writeIntoPage(lines: readonly string[]): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`docs/connect/README.md needs the lines ${START} and ${END}.`);
  const block = `${START}\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n`;
  await writeFile(page, `${text.slice(0, start)}${block}${text.slice(end)}`);
}
