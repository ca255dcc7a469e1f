/** What the example MCP server takes from the environment. */
import type { McpServerOptions } from './server.ts';

export interface Settings extends McpServerOptions {
  readonly port: number;
}

export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(environment.PORT || 5100);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError('PORT: a number to 65535 is needed.');
  const firstScopes = (environment.FIRST_SCOPES ?? '').split(' ').filter((scope) => scope !== '');
  return {
    port,
    name: environment.NAME || 'Notes',
    firstScopes,
    issuer: environment.ISSUER || 'http://localhost:3000',
    resource: environment.RESOURCE || `http://localhost:${port}/mcp`,
  };
}
