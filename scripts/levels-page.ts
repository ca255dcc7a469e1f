/** Writes docs/step-up-table.md: what happened in each cell of the table that test/security/levels brings about. */
import { writeFile } from 'node:fs/promises';
import { type DemandName, demands, type MethodName, methods, type Path, paths } from '../test/security/levels/rows.ts';
import { type Outcomes, openTable } from '../test/security/levels/table.ts';

const introduction = `# Step-up: what happens in each case

<!-- Written by \`npm run docs:levels\`, which brings each cell about: do not edit. -->

What demands more than a password (the rows), how somebody has signed in (the columns), and what comes of it; what the demands are is in
[step-up.md](step-up.md). Behind \`code\` and \`tokens\` stands the \`acr\` of the ID token, without \`urn:latchkey:acr:\`. "Page" is the
one that asks for what is missing; the app is told nothing until it was given.

`;

const titles: Readonly<Record<Path, readonly [title: string, about: string]>> = {
  fresh: ['A new sign-in', 'Nobody was signed in: this is the sign-in of that very request.'],
  live: ['A session that lives', 'Somebody signed in before, and an app sends a request.'],
  silent: ['Silently', 'The same, with `prompt=none`.'],
  refresh: [
    'A refresh',
    'The token is older than the demand, but for remembered devices under the setting. What a request demanded is not demanded of its refreshes.',
  ],
};

type Cells = Readonly<Record<string, Outcomes>>;

export const cellOf = (demand: DemandName, method: MethodName): string => `${demand} / ${method}`;

export function levelsPage(cells: Cells): string {
  const methodNames = Object.keys(methods) as MethodName[];
  const row = (demand: DemandName, path: Path): string =>
    `| ${[demand, ...methodNames.map((method) => cells[cellOf(demand, method)]?.[path])].join(' | ')} |`;
  const tables = paths.map((path) => {
    const [title, about] = titles[path];
    const head = `| demanded by | ${methodNames.join(' | ')} |\n|${'---|'.repeat(methodNames.length + 1)}`;
    return `## ${title}\n\n${about}\n\n${head}\n${(Object.keys(demands) as DemandName[]).map((demand) => row(demand, path)).join('\n')}\n`;
  });
  return `${introduction}${tables.join('\n')}`;
}

async function everyCell(): Promise<Cells> {
  const table = await openTable();
  const cells: Record<string, Outcomes> = {};
  for (const demand of Object.keys(demands) as DemandName[])
    for (const method of Object.keys(methods) as MethodName[])
      cells[cellOf(demand, method)] = await table.outcomesOf(demand, method);
  await table.stop();
  return cells;
}

if (import.meta.main)
  await writeFile(new URL('../docs/step-up-table.md', import.meta.url), levelsPage(await everyCell()));
