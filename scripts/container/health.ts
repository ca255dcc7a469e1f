/** The container's health check: whether the provider that was started with the same settings is ready. */
import http from 'node:http';
import https from 'node:https';
import { configFromEnvironment } from '../../src/config/read-config.ts';

const DEADLINE_MILLISECONDS = 4000;
const { host, port, tls } = configFromEnvironment();
// A listener on every address is reached on the one of this machine.
const everywhere = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);
const hostname = everywhere.get(host) ?? host;
const options = { hostname, port, path: '/readyz', timeout: DEADLINE_MILLISECONDS };

function end(isReady: boolean, words: string): never {
  console.log(words);
  process.exit(isReady ? 0 : 1);
}

// It asks itself, by an address that no certificate names.
const request = tls === undefined ? http.get(options) : https.get({ ...options, rejectUnauthorized: false });
request.on('response', ({ statusCode }) => end(statusCode === 200, `ready: ${statusCode}`));
request.on('timeout', () => end(false, 'no answer'));
request.on('error', (error) => end(false, error.message));
