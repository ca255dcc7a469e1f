/** Where each setting comes from, for who wants to know whether a start would see what they see. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config, Environment } from '../../src/config/config.ts';
import { type EnvFile, tidyEnvironment } from '../../src/config/environment.ts';
import { readNamedFile } from '../../src/config/read-file.ts';
import { KEY_FILE } from '../../src/config/secrets.ts';
import { type Variable, variables } from '../../src/config/variables.ts';

export interface Source {
  readonly source: 'environment' | 'env file' | 'secret file' | 'development key file' | 'default';
  readonly path?: string;
  /** Of a development key file: false until a start makes it. */
  readonly exists?: boolean;
  readonly variables: readonly string[];
}

type Place = Omit<Source, 'variables'>;

/** Undefined where nobody has set it. The environment holds what the env file gave it. */
function placeOf(
  name: string,
  isSecret: boolean,
  environment: Environment,
  envFile: EnvFile | undefined,
): Place | undefined {
  if ((environment[name] ?? '') !== '') {
    const isFromFile = envFile !== undefined && Object.hasOwn(envFile.values, name);
    return isFromFile ? { source: 'env file', path: resolve(envFile.path) } : { source: 'environment' };
  }
  const named = isSecret ? (environment[`${name}_FILE`] ?? '') : '';
  if (named === '') return undefined;
  return { source: 'secret file', ...(canBeRead(named) && { path: resolve(named) }) };
}

/** What cannot be read may be the secret itself, put into the wrong variable: it is not shown as a path. */
function canBeRead(file: string): boolean {
  try {
    readNamedFile(file);
    return true;
  } catch {
    return false;
  }
}

/** Each once, with the settings that it gives. Without a configuration, where the settings are wrong. */
export function sourcesOf(
  envFile: EnvFile | undefined,
  config: Pick<Config, 'mode' | 'dataFolder'> | undefined,
): readonly Source[] {
  const { environment } = tidyEnvironment(process.env);
  const found = Object.entries<Variable>(variables).map(([name, { isSecret }]) => {
    const place = placeOf(name, isSecret === true, environment, envFile);
    if (place !== undefined || name !== 'SECRET_KEYS' || config?.mode !== 'development') {
      return { name, place: place ?? ({ source: 'default' } as const) };
    }
    const path = resolve(join(config.dataFolder, KEY_FILE));
    return { name, place: { source: 'development key file', path, exists: existsSync(path) } as const };
  });
  const byPlace = Map.groupBy(found, ({ place }) => JSON.stringify(place));
  return Array.from(byPlace.values(), (those) => ({
    ...(those[0]?.place ?? { source: 'default' }),
    variables: those.map(({ name }) => name),
  }));
}
