/** Listens as the real program does, with some of its parts replaced: for programs of the tests. */
import http from 'node:http';
import { createPinoLog } from '../../adapters/log/log.ts';
import { createHost, openInstallation, type Parts } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';

export async function serveParts(parts: Parts): Promise<void> {
  const config = readConfig(process.env);
  const installation = await openInstallation(config, parts);
  const host = await createHost(installation, createPinoLog({ level: config.logLevel }));
  http.createServer(host.app.callback()).listen(config.port, config.host);
}
