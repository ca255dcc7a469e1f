/** Starts the MCP server; SIGINT or SIGTERM ends it once the requests under way are answered. */
import { createProtectedServer } from './server.ts';
import { readSettings } from './settings.ts';

const { port, ...settings } = readSettings(process.env);
const server = createProtectedServer({
  ...settings,
  onRefusal: ({ reason, hint, cause }) => console.error(`refused: ${reason}`, hint ?? '', cause ?? ''),
});
server.listen(port, '127.0.0.1', () => {
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  console.log(`The MCP server ${settings.resource} listens on http://localhost:${listening}/`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
