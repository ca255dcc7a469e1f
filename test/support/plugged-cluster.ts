/** Two processes behind one issuer that serve the plugged features. */
import { fileURLToPath } from 'node:url';
import { type Cluster, startCluster } from './cluster.ts';
import type { Owner } from './owner.ts';
import { pluggedFeatures } from './plugged-features.ts';
import type { DatabaseName } from './storage.ts';

const program = fileURLToPath(new URL('plugged-provider.ts', import.meta.url));

export function startPluggedCluster(
  owner: Owner,
  database: DatabaseName,
  environment: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  return startCluster(owner, { database, program, environment, seams: { extraOptions: pluggedFeatures } });
}
