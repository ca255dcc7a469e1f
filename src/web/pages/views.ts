/** The views: ours, with those of VIEWS_FOLDER in the place of those of the same name. Compiled once, so that drawing reads no file. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ejs, { type TemplateFunction } from 'ejs';
import { ConfigurationError, type ConfigurationProblem } from '../../config/config.ts';

const ourFolder = fileURLToPath(new URL('../../../views/', import.meta.url));
const VIEW_ENDING = '.ejs';
/** Of the subjects and texts of mails, where an escaped letter would be shown as it is written. */
const PLAIN_TEXT = /\.txt$/;
const OF_OTHERS = /^[^/]+\.json$/;

/** A slip in a view must not read what the process has. It is no sandbox: whoever writes a view writes a program. */
const outOfReach = ['process', 'global', 'globalThis', 'require', 'fetch'];

function compile(name: string, source: string, filename: string): TemplateFunction {
  return ejs.compile(source, {
    // A view names what it shows (page.x), so that a stray global can never end up in a page.
    strict: true,
    localsName: 'page',
    filename,
    // In place of the include of EJS, which looks for any file while it draws and caches it for the whole process.
    destructuredLocals: ['include', ...outOfReach],
    ...(PLAIN_TEXT.test(name) && { escape: (text?: unknown) => String(text ?? '') }),
  });
}

function namesOfOurs(): readonly string[] {
  const files = readdirSync(ourFolder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith(VIEW_ENDING))
    .map((file) => file.slice(0, -VIEW_ENDING.length).replaceAll('\\', '/'));
}

const reasonOf = (error: unknown): string => (error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : '');

/** What is in the folders that we have ourselves; what begins with a dot belongs to whatever put the files there. */
function filesIn(overlay: string, folders: ReadonlySet<string>): readonly string[] {
  return [...folders].flatMap((folder) => {
    const path = join(overlay, folder);
    if (folder !== '' && !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
    return readdirSync(path)
      .filter((entry) => !entry.startsWith('.'))
      .map((entry) => (folder === '' ? entry : `${folder}/${entry}`))
      .filter((entry) => !(folders.has(entry) && statSync(join(overlay, entry)).isDirectory()));
  });
}

const MOST_BYTES = 1024 * 1024;

/** A file of VIEWS_FOLDER. */
export function readText(path: string, mostBytes = MOST_BYTES): string {
  const found = statSync(path);
  if (!found.isFile()) throw new Error('it is no file');
  if (found.size > mostBytes) throw new Error(`it is longer than ${mostBytes / 1024} kilobytes`);
  return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
}

/** Each by the name of ours; throws with everything that is wrong. */
function compileOverlay(folder: string, ours: readonly string[]): ReadonlyMap<string, TemplateFunction> {
  const compiled = new Map<string, TemplateFunction>();
  const problems: ConfigurationProblem[] = [];
  const report = (problem: string) => problems.push({ variable: 'VIEWS_FOLDER', problem, value: folder });
  const foldersOf = (name: string): readonly string[] => (name === '.' ? [''] : [name, ...foldersOf(dirname(name))]);
  try {
    for (const file of filesIn(folder, new Set(ours.flatMap((name) => foldersOf(dirname(name)))))) {
      // Words and the version of the contract, which are no views.
      if (OF_OTHERS.test(file)) continue;
      const name = file.slice(0, -VIEW_ENDING.length);
      const shown = JSON.stringify(file);
      if (!file.endsWith(VIEW_ENDING) || !ours.includes(name)) {
        report(`holds ${shown}, which takes the place of no view; the names are those in the folder views of Latchkey`);
        continue;
      }
      try {
        compiled.set(name, compile(name, readText(join(folder, file)), join(folder, file)));
      } catch (error) {
        report(`holds ${shown}, which cannot be used (${reasonOf(error)})`);
      }
    }
  } catch (error) {
    report(`cannot be read (${reasonOf(error)})`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return compiled;
}

export class Views {
  readonly #ours: ReadonlyMap<string, TemplateFunction>;
  readonly #overlay: ReadonlyMap<string, TemplateFunction>;

  /** Throws a `ConfigurationError` that names each file of the folder which is broken, or has the name of no view. */
  constructor(overlay?: string) {
    const names = namesOfOurs();
    const ours = names.map((name): [string, TemplateFunction] => {
      const filename = `${ourFolder}${name}${VIEW_ENDING}`;
      return [name, compile(name, readFileSync(filename, 'utf8'), filename)];
    });
    this.#ours = new Map(ours);
    this.#overlay = overlay === undefined ? new Map() : compileOverlay(resolve(overlay), names);
  }

  /** Whether one of ours is replaced. */
  get isOverlaid(): boolean {
    return this.#overlay.size > 0;
  }

  /**
   * Throws where the view, or one that it includes, cannot be drawn. With `reportBroken` a view of the folder is told to it then, and
   * ours of that name takes its place: a person in the middle of a sign-in must not be stuck.
   */
  draw(name: string, fields: object, reportBroken?: (name: string, error: unknown) => void): string {
    // Tried once in a page: one that includes itself twice would fail without an end.
    const broken = new Set<string>();
    const draw = (part: string): string => {
      const [theirs, ours] = [this.#overlay.get(part), this.#ours.get(part)];
      if (ours === undefined) throw new Error(`there is no view ${part}`);
      const given = { ...fields, include: draw };
      if (theirs === undefined || broken.has(part)) return ours(given);
      try {
        return theirs(given);
      } catch (error) {
        if (reportBroken === undefined) throw error;
        if (!broken.has(part)) reportBroken(part, error);
        broken.add(part);
        return ours(given);
      }
    };
    return draw(name);
  }
}
