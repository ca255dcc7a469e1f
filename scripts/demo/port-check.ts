import { connect } from 'node:net';
import type { Ports } from './ports.ts';

const DEADLINE_MILLISECONDS = 500;

const what: Readonly<Record<keyof Ports, string>> = {
  provider: 'the provider',
  app: 'the example app',
  api: 'the example API',
};

export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

export async function refuseTakenPorts(ports: Ports): Promise<void> {
  const names = Object.keys(what) as (keyof Ports)[];
  const isTaken = await Promise.all(names.map((name) => answers(ports[name])));
  const taken = names.filter((_, at) => isTaken[at]);
  if (taken.length === 0) return;
  const lines = taken.map((name) => `  port ${ports[name]} (${what[name]}): try --${name}-port ${ports[name] + 10}`);
  throw new PortTaken(
    [
      'Another program is already listening there:',
      ...lines,
      'Stop it, or choose other ports after two dashes: npm run demo -- --api-port 5010',
      ...(taken.includes('api') && process.platform === 'darwin'
        ? ['On macOS port 5000 is often the AirPlay receiver.']
        : []),
    ].join('\n'),
  );
}

/** By connecting: on some systems a listener on all addresses does not stop another on one of them. */
async function answers(port: number): Promise<boolean> {
  const found = await Promise.all(['127.0.0.1', '::1'].map((host) => accepts(host, port)));
  return found.includes(true);
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: DEADLINE_MILLISECONDS });
    const finish = (isTaken: boolean) => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
