import cluster from 'node:cluster';
import { createPinoLog } from '../adapters/log/log.ts';
import { configFromEnvironment } from './config/read-config.ts';
import { warningsOf } from './config/warnings.ts';
import { exitCodeOf, explainFailure } from './start-failure.ts';

try {
  const config = configFromEnvironment();
  const log = createPinoLog({ level: config.logLevel });
  // Once, not by each worker.
  if (cluster.isPrimary) for (const warning of warningsOf(config)) log.warn({ ...warning }, 'a setting is doubtful');
  // Loaded when needed: a process that only supervises workers needs neither oidc-provider nor a database driver.
  if (config.workers > 1 && cluster.isPrimary) (await import('./supervise.ts')).supervise(config, log);
  else await (await import('./serve.ts')).serve(config, log);
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exit(exitCodeOf(error));
}
