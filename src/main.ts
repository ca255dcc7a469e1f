import cluster from 'node:cluster';
import { createPinoLog, type PinoLog } from '../adapters/log/log.ts';
import { Output } from '../adapters/log/output.ts';
import { takeWarnings } from '../adapters/log/warnings.ts';
import { envFileIn } from './config/environment.ts';
import { configFromEnvironment, takeEnvFile } from './config/read-config.ts';
import { warningsOf } from './config/warnings.ts';
import { exitCodeOf, explainFailure } from './start-failure.ts';

const errors = new Output(2);
let log: PinoLog | undefined;
takeWarnings((fields, message) => log?.warn(fields, message));
try {
  const path = envFileIn(process.argv.slice(2));
  const envFile = path === undefined ? undefined : takeEnvFile(path);
  const config = configFromEnvironment();
  log = createPinoLog({ level: config.logLevel });
  // Once, not by each worker.
  if (cluster.isPrimary)
    for (const warning of [...(envFile?.warnings ?? []), ...warningsOf(config)]) {
      log.warn({ ...warning }, 'a setting is doubtful');
    }
  // Loaded when needed: a process that only supervises workers needs neither oidc-provider nor a database driver.
  if (config.workers > 1 && cluster.isPrimary) (await import('./supervise.ts')).supervise(config, log);
  else await (await import('./serve.ts')).serve(config, log);
} catch (error) {
  errors.write(`${explainFailure(error)}\n`);
  await Promise.all([errors.drain(), log?.output.drain()]);
  process.exit(exitCodeOf(error));
}
