/** Makes the map of the project for ARCHITECTURE.md: one line for each file, grouped by folder. */
import { dirname } from 'node:path';
import { openingSentence, type SourceFile } from './source-files.ts';

const START = '<!-- The map below is made by `npm run architecture`. -->';
const END = '<!-- End of the map. -->';

export const mappedFolders = ['src', 'adapters', 'scripts', 'bench', 'examples', 'test/support'] as const;

function line({ path, text }: SourceFile): string {
  const name = path.slice(dirname(path).length + 1);
  return `- [\`${name}\`](${path}): ${openingSentence(text) ?? '(does not say what it is for)'}`;
}

export function fileMap(files: readonly SourceFile[]): string {
  const byFolder = Map.groupBy(files, ({ path }) => dirname(path));
  const folders = [...byFolder.keys()].sort();
  return folders.map((folder) => `### ${folder}\n\n${(byFolder.get(folder) ?? []).map(line).join('\n')}\n`).join('\n');
}

/** The document with its map replaced. */
export function withFileMap(document: string, map: string): string {
  const [before, rest, ...more] = document.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`ARCHITECTURE.md needs one "${START}" with "${END}" after it`);
  }
  return `${before}${START}\n\n${map}\n${END}${after}`;
}
