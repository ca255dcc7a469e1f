/** Starts the example API; SIGINT or SIGTERM ends it once the requests under way are answered. */
import { createResourceServer } from './server.ts';
import { readSettings } from './settings.ts';

const { port, ...settings } = readSettings(process.env);
const running = await createResourceServer({
  ...settings,
  onRefusal: ({ reason, hint, cause }) => console.error(`refused: ${reason}`, hint ?? '', cause ?? ''),
}).listen(port);
console.log(`The notes API ${settings.resource} listens on http://localhost:${running.port}/`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    running.close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  });
}
