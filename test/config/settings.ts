/** What the tests of the configuration share: good settings, and the names of those that are refused. */
import { randomBytes } from 'node:crypto';
import { ConfigurationError, type ConfigurationProblem, type Environment } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';

export const newKey = (): string => randomBytes(32).toString('base64url');

/** The least that production starts with. */
export const production = (): Environment => ({
  ISSUER: 'https://id.example.com',
  SECRET_KEYS: newKey(),
  TRUSTED_PROXIES: '10.0.0.0/8',
});

export function problemsOf(environment: Environment): readonly ConfigurationProblem[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

export function refusedVariables(environment: Environment): readonly string[] {
  return problemsOf(environment).map(({ variable }) => variable);
}
