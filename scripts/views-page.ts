/** Writes the contract of views into docs/pages.md: `npm run docs:pages`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { CONTRACT_VERSION } from '../src/web/overlay/contract.ts';
import { fieldsOfViews } from './views/fields.ts';
import { common, meanings } from './views/meanings.ts';

const PAGE = new URL('../docs/pages.md', import.meta.url);
const [BEGIN, END] = [
  '<!-- Written by `npm run docs:pages` from the states in test/pages/states and scripts/views/meanings.ts: do not edit. -->',
  '<!-- Until here. -->',
];

function meaningOf(view: string, field: string): string {
  const meaning = meanings[`${view}:${field}`] ?? meanings[field];
  if (meaning === undefined) throw new Error(`${view} is given ${field}: say what it is in scripts/views/meanings.ts`);
  return meaning;
}

const code = (text: string): string => `\`${text}\``;

function rowsOf(view: string, paths: readonly string[]): readonly string[] {
  const fields = paths.filter((path) => !/[.[]/.test(path) && !(path in common));
  return fields.map((field) => {
    const members = paths.filter((path) => path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
    return `| ${code(field)} | ${meaningOf(view, field)} | ${members.map(code).join(', ')} |`;
  });
}

function tableOf(view: string, paths: readonly string[]): string {
  const rows = rowsOf(view, paths);
  const table = ['| field | what it is | its members |', '|---|---|---|', ...rows];
  return [`#### ${code(view)}`, '', ...(rows.length === 0 ? ['Those of every view alone.'] : table)].join('\n');
}

function contractText(): string {
  const ofAll = Object.entries(common).map(([field, meaning]) => `| ${code(field)} | ${meaning} |`);
  const tables = [...fieldsOfViews()].map(([view, paths]) => tableOf(view, paths));
  return [
    `### Version ${CONTRACT_VERSION}: every view`,
    '',
    ...['| field | what it is |', '|---|---|', ...ofAll],
    '',
    `### Version ${CONTRACT_VERSION}: each view`,
    '',
    'The parts in `layout` are given the fields of the view that includes them.',
    '',
    tables.join('\n\n'),
  ].join('\n');
}

/** The page with its contract as it is now. */
export function pagesPage(page = readFileSync(PAGE, 'utf8')): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error('docs/pages.md has no place for the contract');
  return `${before}${BEGIN}\n\n${contractText()}\n\n${END}${after}`;
}

if (import.meta.main) writeFileSync(PAGE, pagesPage());
