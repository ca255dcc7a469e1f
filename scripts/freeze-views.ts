/**
 * Keeps a copy of all views as they are at this version of their contract, each with a mark, and the list of their fields:
 * `npm run views:freeze`. A test draws every page with the copy, so that nothing is taken away from whoever wrote views for it.
 *
 * While the version is not released, the copy follows the views. Once it is, the copy stays as it is for good: what would break the
 * test then is a new version, with a copy of its own beside this one.
 */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CONTRACT_FILE, CONTRACT_VERSION } from '../src/web/overlay/contract.ts';
import { fieldsOfViews } from './views/fields.ts';
import { frozenFolder, markOf } from './views/frozen.ts';

const views = fileURLToPath(new URL('../views/', import.meta.url));
const folder = frozenFolder(CONTRACT_VERSION);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const file of globSync('**/*.ejs', { cwd: views })) {
  cpSync(`${views}${file}`, `${folder}${file}`);
  const view = file.slice(0, -'.ejs'.length);
  const mark = markOf(view);
  writeFileSync(`${folder}${file}`, `${readFileSync(`${folder}${file}`, 'utf8').trimEnd()}\n${mark}\n`);
}
writeFileSync(`${folder}${CONTRACT_FILE}`, `{ "version": ${CONTRACT_VERSION} }\n`);
const lines = [...fieldsOfViews()].flatMap(([view, paths]) => paths.map((path) => `${view} ${path}`));
writeFileSync(`${folder.slice(0, -1)}.txt`, `${lines.join('\n')}\n`);
