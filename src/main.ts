/** Starts the provider: this process serves, or starts the workers that do. */
import cluster from 'node:cluster';
import { createPinoLog } from '../adapters/log/log.ts';
import { configFromEnvironment } from './config/read-config.ts';
import { exitCodeOf, explainFailure } from './start-failure.ts';

try {
  const config = configFromEnvironment();
  const log = createPinoLog({ level: config.logLevel });
  // Each is loaded where it is used: who only hands out connections needs no engine.
  if (config.workers > 1 && cluster.isPrimary) (await import('./supervise.ts')).supervise(config, log);
  else await (await import('./serve.ts')).serve(config, log);
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exit(exitCodeOf(error));
}
