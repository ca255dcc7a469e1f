/** The rules that look at several variables at once, and those that only production has. */
import type { Mode } from './config.ts';
import type { ConfigurationProblem } from './configuration-error.ts';
import { howToMakeAKey } from './secret-keys.ts';
import { isInMemory } from './storage-url.ts';
import type { Environment, Values } from './variables.ts';

/** One rule: who is to blame, when, and what to do. Values that could not be read are absent and break no rule. */
interface Rule {
  readonly variable: string;
  readonly isBroken: (values: Partial<Values>, environment: Environment) => boolean;
  readonly problem: string;
}

const isSet = (environment: Environment, name: string): boolean => (environment[name] ?? '') !== '';

const usesMemory = ({ STORAGE_URL: url }: Partial<Values>): boolean => url !== undefined && isInMemory(url);

const LEAST_PRODUCTION_COST = 10;

const always: readonly Rule[] = [
  {
    variable: 'MONGODB_URI',
    isBroken: ({ STORAGE_URL: url, MONGODB_URI: alias }) => url !== undefined && alias !== undefined && url !== alias,
    problem: 'names another database than STORAGE_URL; unset one of the two',
  },
  {
    variable: 'WEB_CONCURRENCY',
    isBroken: (values) => usesMemory(values) && (values.WEB_CONCURRENCY ?? 1) > 1,
    problem: 'must be 1 with sqlite::memory:, which each worker would have for itself',
  },
  {
    variable: 'OPS_PORT',
    isBroken: ({ PORT: port, OPS_PORT: opsPort }) => opsPort !== undefined && opsPort !== 0 && opsPort === port,
    problem: 'must differ from PORT; 0 turns the operations listener off',
  },
];

const inProduction: readonly Rule[] = [
  {
    variable: 'ISSUER',
    isBroken: ({ ISSUER: issuer }) => issuer?.startsWith('http:') ?? false,
    problem: 'must be an https address in production; plain http is for development on a loopback host',
  },
  {
    variable: 'SECRET_KEYS',
    isBroken: (_, environment) => !isSet(environment, 'SECRET_KEYS') && !isSet(environment, 'SECRET_KEYS_FILE'),
    problem: `is missing; production needs at least one key, made with: ${howToMakeAKey}`,
  },
  {
    variable: 'STORAGE_URL',
    isBroken: usesMemory,
    problem: 'keeps everything in memory, which production must not; name a file or a MongoDB',
  },
  {
    variable: 'BCRYPT_COST',
    isBroken: ({ BCRYPT_COST: cost }) => cost !== undefined && cost < LEAST_PRODUCTION_COST,
    problem: `must be at least ${LEAST_PRODUCTION_COST} in production`,
  },
];

export function combinedProblems(
  mode: Mode,
  values: Partial<Values>,
  environment: Environment,
): readonly ConfigurationProblem[] {
  return [...always, ...(mode === 'production' ? inProduction : [])]
    .filter(({ isBroken }) => isBroken(values, environment))
    .map(({ variable, problem }) => ({ variable, problem }));
}
