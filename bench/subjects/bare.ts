/** The bare oidc-provider on its in-memory adapter: the yardstick. */
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/free-port.ts';
import type { Fixture } from './setup.ts';
import { type Subject, startSubject } from './subject.ts';

export const bareProvider = fileURLToPath(new URL('bare-provider.ts', import.meta.url));

export async function startBare(fixture: Fixture, nodeOptions: readonly string[] = []): Promise<Subject> {
  const port = await freePort();
  return startSubject({
    name: 'bare oidc-provider',
    fixture,
    program: bareProvider,
    port,
    environment: { PORT: String(port), BENCH_FIXTURE: JSON.stringify(fixture) },
    nodeOptions,
    clean: async () => undefined,
  });
}
