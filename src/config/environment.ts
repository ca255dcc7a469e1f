/** Repairs or reports what other programs do to variables: quotes and byte order marks around them, bytes that were not UTF-8. */
import type { ConfigurationProblem, Environment } from './config.ts';
import { hasBrokenText } from './text.ts';
import { type Variable, variables } from './variables.ts';

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
