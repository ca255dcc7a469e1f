/** A provider that kills itself at one call on its storage, named by DIES_AT: `insert refresh_answers before`. */
import http from 'node:http';
import { createPinoLog } from '../../adapters/pino/log.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createHost } from '../../src/create-host.ts';
import type { Collection } from '../../src/ports/collections.ts';
import type { Records } from '../../src/ports/records.ts';
import { gatedRecords } from './gated-records.ts';

const environment = process.env;
const config = readConfig(environment);
const [method, collection, when] = (environment.DIES_AT ?? '').split(' ') as [
  keyof Records,
  Collection,
  'before' | 'after',
];

const gates = gatedRecords();
const installation = await openInstallation(config, { wrapRecords: gates.wrapRecords });
const host = await createHost(installation, createPinoLog({ level: config.logLevel }));
http.createServer(host.app.callback()).listen(config.port, config.host);
await gates.holdNext(method, collection, when).reached;
process.kill(process.pid, 'SIGKILL');
