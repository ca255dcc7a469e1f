/** A provider that listens as the real program does, with features plugged in that the product has no pages for yet. */
import http from 'node:http';
import { createPinoLog } from '../../adapters/pino/log.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createHost } from '../../src/create-host.ts';
import { pluggedFeatures } from './plugged-features.ts';

const environment = process.env;
const config = readConfig(environment);
const installation = await openInstallation(config, { extraOptions: pluggedFeatures });
const host = await createHost(installation, createPinoLog({ level: config.logLevel }));
http.createServer(host.app.callback()).listen(config.port, config.host);
