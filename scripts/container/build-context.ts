/** Which files of a folder a COPY may take: those that .dockerignore does not leave out. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Pattern {
  readonly isException: boolean;
  readonly expression: RegExp;
}

const wildcards: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };

function patternOf(line: string): Pattern {
  const path = line.replace(/^!/, '').replace(/^\/|\/$/g, '');
  const expression = path
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wildcard) => wildcards[wildcard] ?? '');
  // What is below a folder that matches is matched too.
  return { isException: line.startsWith('!'), expression: new RegExp(`^${expression}(?:/.*)?$`) };
}

/** Whether Docker would send a path, by the last line of .dockerignore that matches it. */
export function buildContext(folder: string): (path: string) => boolean {
  const file = join(folder, '.dockerignore');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const patterns = lines.flatMap((line) => {
    const content = line.trim();
    return content === '' || content.startsWith('#') ? [] : [patternOf(content)];
  });
  return (path) => patterns.findLast(({ expression }) => expression.test(path))?.isException ?? true;
}
