/** The one place where this process's environment is read. */
import type { Config } from './config.ts';
import { readConfig } from './read-config.ts';

export function configFromEnvironment(): Config {
  return readConfig(process.env);
}
