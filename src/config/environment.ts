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

/** The text between quotes; undefined when there are none around it. */
export function unquoted(text: string): string | undefined {
  const isQuoted = QUOTES.some(([open, close]) => text.length > 1 && text.startsWith(open) && text.endsWith(close));
  return isQuoted ? text.slice(1, -1).trim() : undefined;
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
    const inside = unquoted(text);
    environment[variable] = inside ?? text;
    if (inside === undefined) continue;
    problems.push({
      variable,
      problem: "has its quotes still on: docker's --env-file takes them for a part of the value; remove them",
    });
  }
  return { environment, problems };
}
