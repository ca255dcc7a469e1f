/**
 * Where variables come from: the environment, repaired where other programs have put quotes or byte order marks around values, and
 * the file of `--env-file`.
 */
import { parseEnv } from 'node:util';
import { nearestName } from '../spelling/nearest-name.ts';
import { ConfigurationError, type ConfigurationProblem, type Environment } from './config.ts';
import { codeOf, readNamedFile } from './read-file.ts';
import { decodeText, hasBrokenText, NotText } from './text.ts';
import { type Variable, variables } from './variables.ts';
import type { ConfigurationWarning } from './warnings.ts';

const QUOTES = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['\u{201C}', '\u{201D}'],
  ['\u{2018}', '\u{2019}'],
  ['\u{201E}', '\u{201C}'],
] as const;

/** The text between the quotes that are still around it; undefined when there are none, or more of them inside. */
export function unquoted(text: string): string | undefined {
  const inside = text.slice(1, -1);
  const isQuoted = QUOTES.some(
    ([open, close]) =>
      text.length > 1 &&
      text.startsWith(open) &&
      text.endsWith(close) &&
      !inside.includes(open) &&
      !inside.includes(close),
  );
  return isQuoted ? inside.trim() : undefined;
}

const EVERY_QUOTE: readonly string[] = [...new Set(QUOTES.flat())];

/** Around a folder or a file of the path; an apostrophe in a name is none. */
const AROUND_A_PART = QUOTES.map(
  ([open, close]) => new RegExp(`(?:^|[/:])${open}[^${close}]*${close}|${open}[^${close}]*${close}(?:$|/)`),
);

const isPath = (variable: string, text: string): boolean =>
  variable === 'DATA_FOLDER' || variable.endsWith('_FILE') || text.startsWith('sqlite:');

/** What is wrong with the quotes in a value; completes the sentence that the variable's name begins. */
export function quoteProblem(variable: string, text: string): string | undefined {
  if (unquoted(text) !== undefined) {
    return "has its quotes still on: docker's --env-file takes them for a part of the value; remove them";
  }
  // The only value that is for people.
  if (variable === 'BRAND_NAME') return undefined;
  const [first = '', last = ''] = [text.at(0), text.at(-1)].map((end = '') => (EVERY_QUOTE.includes(end) ? end : ''));
  const end = first || last;
  // One that has its other half further inside belongs to the value.
  if (end !== '' && ((first !== '' && last !== '') || text.split(end).length === 2)) {
    return 'begins or ends with one of its quotes still on; remove them';
  }
  const isQuotedWithin = text.includes('"') || AROUND_A_PART.some((form) => form.test(text));
  return isPath(variable, text) && isQuotedWithin
    ? 'names a path with quotes in it, which no shell has taken away; remove them'
    : undefined;
}

/** Of every setting, and of the files that secrets are in. */
const ownNames: readonly string[] = Object.entries<Variable>(variables).flatMap(([name, { isSecret }]) =>
  isSecret === undefined ? [name] : [name, `${name}_FILE`],
);

const BYTE_ORDER_MARK = '\u{FEFF}';

/** Some programs that read an env file take the byte order mark at its start for a part of the first name. */
function textOf(name: string, given: Environment): string | undefined {
  return given[name] ?? given[BYTE_ORDER_MARK + name];
}

/** Our own variables, trimmed (of a byte order mark too); one with a problem keeps its readable part. */
export function tidyEnvironment(given: Environment): {
  readonly environment: Environment;
  readonly problems: readonly ConfigurationProblem[];
} {
  const environment: Record<string, string> = {};
  const problems: ConfigurationProblem[] = [];
  for (const variable of ownNames) {
    const text = textOf(variable, given)?.trim();
    if (text === undefined) continue;
    if (hasBrokenText(text)) problems.push({ variable, problem: 'holds bytes that are not UTF-8' });
    environment[variable] = unquoted(text) ?? text;
    const problem = quoteProblem(variable, text);
    if (problem !== undefined) problems.push({ variable, problem });
  }
  return { environment, problems };
}

const FLAG = '--env-file';

/** In the form that Node, Docker and systemd read. What the environment has itself goes before it. */
export interface EnvFile {
  readonly path: string;
  /** Our settings that are taken from it. */
  readonly values: Readonly<Record<string, string>>;
  /** Those that the environment has already, or by another name. */
  readonly overridden: readonly string[];
  readonly warnings: readonly ConfigurationWarning[];
}

/** The path behind `--env-file` on the command line of a start; undefined where there is none. Throws on every word that is not known. */
export function envFileIn(words: readonly string[]): string | undefined {
  const paths: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === FLAG) paths.push(rest.shift() ?? '');
    else if (word.startsWith(`${FLAG}=`)) paths.push(word.slice(FLAG.length + 1));
    else if (word !== '--version') throw unknownWord(word);
  }
  if (paths.length > 1) throw problemWith('is given more than once; name one file');
  if (paths[0] === '') throw problemWith('needs the path of a file');
  return paths[0];
}

/** It may be a secret that has lost its name: shown is what looks like a flag alone. */
function unknownWord(word: string): ConfigurationError {
  const [flag = 'a word'] = /^--?[a-z][a-z_-]{0,23}(?==|$)/i.exec(word) ?? [];
  const problem = `holds ${flag} that a start does not know: it takes ${FLAG} FILE and --version alone`;
  return new ConfigurationError([{ variable: 'the command line', problem }]);
}

function problemWith(problem: string, value?: string): ConfigurationError {
  return new ConfigurationError([{ variable: FLAG, problem, ...(value !== undefined && { value }) }]);
}

function contentOf(path: string): string {
  try {
    return decodeText(readNamedFile(path));
  } catch (error) {
    if (error instanceof NotText) throw problemWith(`names a file that ${error.problem}`, path);
    throw problemWith(`names a file that cannot be read (${codeOf(error)})`, path);
  }
}

/** Two names of one thing: where the environment has one of them, the file's other one is not a second opinion. */
const SAME_THING = [
  ['SECRET_KEYS', 'SECRET_KEYS_FILE'],
  ['STORAGE_URL', 'STORAGE_URL_FILE', 'MONGODB_URI', 'MONGODB_URI_FILE'],
] as const;

function isGiven(name: string, environment: Environment): boolean {
  const names = SAME_THING.find((group) => group.some((one) => one === name)) ?? [name];
  // An empty value is one: it means the default.
  return names.some((one) => textOf(one, environment) !== undefined);
}

export function readEnvFile(path: string, environment: Environment): EnvFile {
  const text = contentOf(path);
  const found = new Map(Object.entries(parseEnv(text)).map(([name, value = '']) => [name, value]));
  const own = [...found].filter(([name]) => ownNames.includes(name));
  const problems = [
    ...lineBreakProblems(found),
    ...ownNames.flatMap((name) => lineProblem(name, text, found.get(name))),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    path,
    values: Object.fromEntries(own.filter(([name]) => !isGiven(name, environment))),
    overridden: own.map(([name]) => name).filter((name) => isGiven(name, environment)),
    warnings: [...found.keys()].filter((name) => !ownNames.includes(name)).map(warningOf),
  };
}

/** No setting needs one: it comes of a quote that is not closed, which takes the settings behind it into the value. */
function lineBreakProblems(found: ReadonlyMap<string, string>): readonly ConfigurationProblem[] {
  const broken = [...found].filter(([, value]) => /[\r\n]/.test(value)).map(([name]) => name);
  const problem = `goes over several lines in the file of ${FLAG}: close its quote, or take the line out`;
  return broken.map((name) =>
    SHOWN_NAME.test(name)
      ? { variable: name, problem }
      : { variable: FLAG, problem: 'names a file with a value that goes over several lines: close its quote' },
  );
}

/** Of a setting that Node reads otherwise than a person does who sees its line. */
function lineProblem(variable: string, text: string, parsed: string | undefined): readonly ConfigurationProblem[] {
  // The lines of a value that goes over several are told once.
  if (parsed !== undefined && /[\r\n]/.test(parsed)) return [];
  const lines = text.split(/[\r\n]+/);
  const line = lines.findLast((one) => new RegExp(`^\\s*(?:export\\s+)*${variable}\\s*=`).test(one));
  // Such a line is skipped by everybody who reads these files, and the setting would be its default.
  const withoutSign = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${variable}[ \\t]*(?::|$)`);
  if (line === undefined && parsed === undefined && lines.some((one) => withoutSign.test(one))) {
    return [{ variable, problem: `has no = behind it in the file of ${FLAG}` }];
  }
  if (line === undefined) return [];
  if (parsed === undefined) {
    const problem = `is in the file of ${FLAG} and is not read: a quote or a blank value before it takes it in`;
    return [{ variable, problem }];
  }
  if (parsed.trim() === writtenIn(line)) return [];
  const problem = `is not read as it is written in the file of ${FLAG}: put quotes around a value with #, and no comment behind one without quotes`;
  return [{ variable, problem }];
}

/** The value of the line, without the quotes around the whole of it and a comment behind them. */
function writtenIn(line: string): string {
  const written = line.slice(line.indexOf('=') + 1).trim();
  const [, , inside] = /^(["'`])((?:(?!\1).)*)\1(?:\s+#.*)?$/.exec(written) ?? [];
  return (inside ?? written).trim();
}

/** Another line of the file may be a piece of a key that has lost its quotes: what does not look like a name is not shown. */
const SHOWN_NAME = /^(?:[A-Z][A-Z0-9_]{0,31}|[a-z][a-z0-9_]{0,31})$/;
const READ_BY_NODE = /^(?:NODE_(?!ENV$)|UV_|SSL_CERT_|TZ$|OPENSSL_)/;

function warningOf(name: string): ConfigurationWarning {
  if (!SHOWN_NAME.test(name)) return { variable: FLAG, warning: 'holds a line whose name is no setting' };
  if (READ_BY_NODE.test(name)) {
    return {
      variable: name,
      warning: `is read by Node before it reads the file of ${FLAG}: set it in the environment`,
    };
  }
  const nearest = nearestName(name, ownNames);
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return { variable: name, warning: `is in the file of ${FLAG} and is no setting${hint}` };
}
