/** Words as JSON: what a function makes of its arguments stands as text with {1}, {2} ... in their places. */

/** A tree of texts, as in a file. */
export interface WordTree {
  readonly [name: string]: string | WordTree;
}

type Words = (...given: readonly string[]) => string;

const isTree = (part: unknown): part is Readonly<Record<string, unknown>> =>
  typeof part === 'object' && part !== null && !Array.isArray(part);

const PLACES = ['{1}', '{2}', '{3}', '{4}'];

function templateOf(words: Words): string {
  return words(...PLACES.slice(0, words.length));
}

/** Words that a language has none for (`undefined`) are left out. */
export function templatesOf(words: unknown): WordTree {
  if (!isTree(words)) throw new TypeError('words are a tree');
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, part]): [string, string | WordTree][] => {
      if (part === undefined) return [];
      if (typeof part === 'string') return [[name, part]];
      return [[name, typeof part === 'function' ? templateOf(part as Words) : templatesOf(part)]];
    }),
  );
}

const placesIn = (text: string): readonly string[] => [...new Set(text.match(/\{\d+\}/g) ?? [])].toSorted();

export interface ReadWords {
  /** The base, with the words that the file has in their places. */
  readonly words: unknown;
  readonly problems: readonly string[];
  /** By their paths, such as `pages.login.heading`. */
  readonly missing: readonly string[];
}

function readText(given: string, base: string | Words, path: string): ReadWords {
  const template = typeof base === 'function' ? templateOf(base) : base;
  const [wanted, found] = [placesIn(template), placesIn(given)];
  const problems = [
    ...(template.trim() !== '' && given.trim() === '' ? [`${path} is empty`] : []),
    ...(typeof base === 'function' && wanted.join() !== found.join()
      ? [`${path} must have ${wanted.join(' and ')}, and no other placeholder`]
      : []),
  ];
  const fill = (...values: readonly string[]): string =>
    given.replace(/\{([1-9])\}/g, (place, at: string) => values[Number(at) - 1] ?? place);
  return { words: typeof base === 'function' ? fill : given, problems, missing: [] };
}

/** Everything that is wrong with what a file says is listed. What it does not say stays as in `base`. */
export function readWords(given: unknown, base: unknown, path: string): ReadWords {
  if (isTree(base)) return readTree(given, base, path);
  if (given === undefined)
    return { words: base, problems: [], missing: base === undefined || base === '' ? [] : [path] };
  if (typeof given !== 'string') return { words: base, problems: [`${path} must be a text`], missing: [] };
  return readText(given, (base ?? '') as string | Words, path);
}

function readTree(given: unknown, base: Readonly<Record<string, unknown>>, path: string): ReadWords {
  if (given !== undefined && !isTree(given)) {
    return { words: base, problems: [`${path === '' ? 'it' : path} must be an object`], missing: [] };
  }
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const unknown = Object.keys(given ?? {}).filter((name) => !Object.hasOwn(base, name));
  const read = Object.entries(base).map(([name, part]) => {
    const own = given !== undefined && Object.hasOwn(given, name) ? given[name] : undefined;
    return [name, readWords(own, part, below(name))] as const;
  });
  return {
    words: Object.fromEntries(read.map(([name, { words }]) => [name, words])),
    problems: [
      ...unknown.map((name) => `${below(name)} is no word of ours`),
      ...read.flatMap(([, { problems }]) => problems),
    ],
    missing: read.flatMap(([, { missing }]) => missing),
  };
}
