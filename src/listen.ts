/** Listens on an address that settings name; the error names the settings. */
import type { Server } from 'node:net';

/** The two settings that name an address. */
export interface ListenerSettings {
  readonly portVariable: 'PORT' | 'OPS_PORT';
  readonly hostVariable: 'HOST' | 'OPS_HOST';
}

export const MAIN_LISTENER: ListenerSettings = { portVariable: 'PORT', hostVariable: 'HOST' };
export const OPS_LISTENER: ListenerSettings = { portVariable: 'OPS_PORT', hostVariable: 'OPS_HOST' };

export interface ListenerAddress extends ListenerSettings {
  readonly port: number;
  readonly host: string;
}

export class CannotListen extends Error {
  override readonly name = 'CannotListen';
  readonly address: ListenerAddress;
  /** The code of Node's error, such as EADDRINUSE. */
  readonly code: string;

  constructor(address: ListenerAddress, cause: NodeJS.ErrnoException) {
    super(`${address.host} port ${address.port} cannot be listened on`, { cause });
    this.address = address;
    this.code = cause.code ?? cause.message;
  }
}

export function listen(server: Server, address: ListenerAddress): Promise<void> {
  const { port, host } = address;
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(new CannotListen(address, error));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
