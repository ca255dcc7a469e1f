import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';

export interface Ports {
  readonly provider: number;
  readonly app: number;
  readonly api: number;
}

export const usage = 'npm run demo [-- --provider-port 3000 --app-port 4000 --api-port 5000]';

export function readPorts(commandLine: readonly string[]): Ports {
  const { 'provider-port': provider, 'app-port': app, 'api-port': api } = parse(commandLine);
  const ports = { provider: toPort(provider), app: toPort(app), api: toPort(api) };
  if (new Set(Object.values(ports)).size < 3) throw new UsageError('The three ports must differ.');
  return ports;
}

/** To browsers http://localhost is a trustworthy origin, as https is. */
export function addressOf(port: number): string {
  return `http://localhost:${port}`;
}

/** The resource indicator is the API's address, as RFC 8707 2 suggests. */
export function resourceOf(ports: Ports): string {
  return `${addressOf(ports.api)}/`;
}

function parse(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        'provider-port': { type: 'string', default: '3000' },
        'app-port': { type: 'string', default: '4000' },
        'api-port': { type: 'string', default: '5000' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`${text} is not a port number.`);
  return port;
}
