/** Starts the example relying party from the environment, and stops it when asked to. */
import { createServer } from 'node:http';
import { createRelyingParty } from './server.ts';
import { readSettings, SettingsMissing } from './settings.ts';

function start(): void {
  const { port, options } = readSettings(process.env);
  const server = createServer(createRelyingParty(options));

  server.on('error', (error) => {
    console.error(`cannot listen on port ${port}: ${error.message}`);
    process.exitCode = 1;
  });
  server.listen(port, '127.0.0.1', () => console.log(`${options.name} listens on ${options.baseUrl}`));

  const stop = () => {
    server.close();
    // Browsers keep idle connections open; without this the process would wait for them.
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

try {
  start();
} catch (error) {
  if (!(error instanceof SettingsMissing)) throw error;
  console.error(error.message);
  process.exitCode = 78;
}
