/** Listens as the real program does, with test seams: for programs of the tests. */
import http from 'node:http';
import { createPinoLog } from '../../adapters/log/log.ts';
import { openInstallation, type TestSeams } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createHost } from '../../src/host.ts';

export async function serveWithSeams(seams: TestSeams): Promise<void> {
  const config = readConfig(process.env);
  const installation = await openInstallation(config, seams);
  const host = await createHost(installation, createPinoLog({ level: config.logLevel }));
  await host.rememberIssuer();
  http.createServer(host.app.callback()).listen(config.port, config.host);
}
