/** Listens where settings say, and with TLS as they say; an error names the settings. */
import { Server as HttpsServer } from 'node:https';
import type { Server } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { ListenerTls } from '../config/config.ts';
import { readTlsFiles } from '../config/named-files.ts';
import type { Log } from '../ports/log.ts';

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

/** RFC 8996: nothing older, whatever NODE_OPTIONS say. */
export function secureContextOf(tls: ListenerTls): SecureContextOptions {
  return { ...readTlsFiles(tls), ciphers: tls.ciphers, minVersion: 'TLSv1.2' };
}

/** What SIGHUP asks for. Connections that are open keep what they began with. */
export function reloadCertificate(server: Server | undefined, tls: ListenerTls | undefined, log: Log): void {
  if (tls === undefined) {
    log.info({}, 'SIGHUP changes nothing: there are no TLS files to read again');
    return;
  }
  // It reads them when it begins to listen.
  if (!(server instanceof HttpsServer)) return;
  try {
    // Node keeps some of a pair that does not fit: it is checked before it gets there.
    server.setSecureContext(secureContextOf(tls));
    log.info({}, 'the TLS files were read again');
  } catch (error) {
    log.error({ error }, 'the TLS files cannot be used: those before stay in use');
  }
}
