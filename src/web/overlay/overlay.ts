/** What VIEWS_FOLDER brings: views, languages, and the version of the contract that it was written for. Read once, at start. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationError, type ConfigurationProblem } from '../../config/config.ts';
import { speak } from '../pages/language.ts';
import { readText, Views } from '../pages/views.ts';
import { CONTRACT_FILE, checkContract } from './contract.ts';
import { LARGEST_WORDS_BYTES, readOwnWords } from './own-words.ts';

const VARIABLE = 'VIEWS_FOLDER';

export interface Overlay {
  readonly views: Views;
  readonly warnings: readonly { readonly variable: string; readonly warning: string }[];
}

function jsonFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json') && !file.startsWith('.'));
  } catch {
    return [];
  }
}

/** Texts by the names of their files. A folder that cannot be listed is reported with its views. */
function readJsonFiles(folder: string) {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  for (const file of jsonFilesIn(folder)) {
    try {
      texts.set(file, readText(join(folder, file), LARGEST_WORDS_BYTES));
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : '';
      problems.push(`holds ${JSON.stringify(file)}, which cannot be used (${reason})`);
    }
  }
  return { texts, problems };
}

function viewsIn(folder: string): { readonly views?: Views; readonly problems: readonly ConfigurationProblem[] } {
  try {
    return { views: new Views(folder), problems: [] };
  } catch (error) {
    if (error instanceof ConfigurationError) return { problems: error.problems };
    throw error;
  }
}

/** From then on this process speaks the languages of the folder too. Throws a `ConfigurationError` with everything that is wrong. */
export function openOverlay(path?: string): Overlay {
  if (path === undefined) {
    speak(new Map());
    return { views: new Views(), warnings: [] };
  }
  const folder = resolve(path);
  const { views, problems: ofViews } = viewsIn(folder);
  const { texts, problems: unreadable } = readJsonFiles(folder);
  const contract = checkContract(texts.get(CONTRACT_FILE), views?.isOverlaid ?? false);
  const own = readOwnWords(new Map([...texts].filter(([file]) => file !== CONTRACT_FILE)));
  const ofOthers = [...unreadable, ...contract.problems, ...own.problems];
  const problems = [...ofViews, ...ofOthers.map((problem) => ({ variable: VARIABLE, problem, value: folder }))];
  if (views === undefined || problems.length > 0) throw new ConfigurationError(problems);
  speak(own.words);
  const warnings = [...contract.warnings, ...own.warnings];
  return { views, warnings: warnings.map((warning) => ({ variable: VARIABLE, warning })) };
}
