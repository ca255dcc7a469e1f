/** The secret keys of an installation: those it is given, or in development those it has made for itself. */
import type { Config } from './config/config.ts';
import { ConfigurationError } from './config/config.ts';
import { loadOrMakeDevelopmentKeys } from './config/secrets.ts';

export function secretKeysOf({ secretKeys, mode, dataFolder }: Config): readonly Uint8Array[] {
  if (secretKeys.length > 0) return secretKeys;
  if (mode === 'development') return loadOrMakeDevelopmentKeys(dataFolder);
  throw new ConfigurationError([{ variable: 'SECRET_KEYS', problem: 'must be set in production' }]);
}
