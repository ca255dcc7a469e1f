/** Takes secrets from files: `NAME_FILE` holds the path of a file that holds the value of `NAME`. */
import { readFileSync } from 'node:fs';
import type { ConfigurationProblem } from './configuration-error.ts';
import { codeOf } from './error-code.ts';
import { type Environment, secretVariables } from './variables.ts';

export interface WithSecrets {
  readonly environment: Environment;
  readonly problems: readonly ConfigurationProblem[];
}

export function withSecretFiles(environment: Environment): WithSecrets {
  const secrets: Record<string, string> = {};
  const problems: ConfigurationProblem[] = [];
  for (const name of secretVariables) {
    const variable = `${name}_FILE`;
    const file = environment[variable] ?? '';
    if (file === '') continue;
    if ((environment[name] ?? '') !== '') {
      problems.push({ variable, problem: `is set beside ${name}; keep one of the two` });
      continue;
    }
    try {
      secrets[name] = readFileSync(file, 'utf8').trim();
      if (secrets[name] === '') problems.push({ variable, problem: 'names a file that is empty' });
    } catch (error) {
      problems.push({ variable, problem: `names a file that cannot be read (${codeOf(error)})` });
    }
  }
  return { environment: { ...environment, ...secrets }, problems };
}
