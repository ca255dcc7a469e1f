/** The files `<tag>.json` of VIEWS_FOLDER: a language more, or single words of ours in other words. */
import { type Language, ourWords, type SpokenWords } from '../pages/language.ts';
import { readWords } from './words.ts';

export const LARGEST_WORDS_BYTES = 256 * 1024;

/** Problems and warnings complete the sentence that the variable's name begins. */
interface OwnWords {
  readonly words: ReadonlyMap<Language, SpokenWords>;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const MOST_NAMED = 40;
const MOST_PROBLEMS = 20;

const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** BCP 47, in its usual spelling; undefined for what no language is called. */
function tagOf(file: string): Language | undefined {
  const [name] = file.split('.', 1);
  try {
    const [tag] = Intl.getCanonicalLocales(name);
    return tag !== undefined && names.of(tag) !== undefined ? tag : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function named(paths: readonly string[]): string {
  const more = paths.length - MOST_NAMED;
  return `${paths.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** English comes first: what another language does not say is said as it is in English here. */
const inOrder = (files: ReadonlyMap<string, string>) =>
  [...files].toSorted(([one], [other]) => Number(tagOf(other) === 'en') - Number(tagOf(one) === 'en'));

interface OwnFile {
  readonly tag?: Language;
  readonly words?: SpokenWords;
  readonly problems: readonly string[];
  readonly missing: readonly string[];
}

/** `english`: as it is said here. */
function readFile(file: string, text: string, english: SpokenWords | undefined): OwnFile {
  const tag = tagOf(file);
  const given = parse(text);
  const isNoUse = (problem: string): OwnFile => ({ problems: [problem], missing: [] });
  if (tag === undefined) return isNoUse('whose name is no language (BCP 47), such as fr.json or pt-BR.json');
  if (given === undefined) return isNoUse('which is not JSON; "npm run words" prints what to begin with');
  const ours = ourWords.get(tag);
  const { words, problems, missing } = readWords(given, ours ?? english, '');
  const more = problems.length - MOST_PROBLEMS;
  return {
    tag,
    words: words as SpokenWords,
    problems: [
      ...problems.slice(0, MOST_PROBLEMS).map((problem) => `in which ${problem}`),
      ...(more > 0 ? [`which has ${more} problems more`] : []),
    ],
    // Of our own languages a file has only what it says otherwise.
    missing: ours === undefined ? missing : [],
  };
}

/** `files`: their texts by their names. */
export function readOwnWords(files: ReadonlyMap<string, string>): OwnWords {
  const spoken = new Map<Language, SpokenWords>();
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const [file, text] of inOrder(files)) {
    const shown = JSON.stringify(file);
    const { tag, words, ...read } = readFile(file, text, spoken.get('en') ?? ourWords.get('en'));
    problems.push(...read.problems.map((problem) => `holds ${shown}, ${problem}`));
    if (tag === undefined || words === undefined) continue;
    if (spoken.has(tag)) problems.push(`holds ${shown}, and another file of the same language`);
    if (read.missing.length > 0) {
      warnings.push(`holds ${shown}, which lacks words that are taken from English: ${named(read.missing)}`);
    }
    spoken.set(tag, words);
  }
  return { words: spoken, problems, warnings };
}
