/** What Node and libraries warn of (deprecated options of the database's address, say): a line of the log, not of standard error. */
import type { LogFields } from '../../src/ports/log.ts';

/** An address of a database holds its password; what has an @ may be one that was cut. */
const ADDRESSES = /[a-z][a-z\d+.-]*:\/\/\S+|\S*@\S*/gi;

/** From now on `write` is told, in place of Node's own lines. */
export function takeWarnings(write: (fields: LogFields, message: string) => void): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning: Error & { readonly code?: string }) => {
    const message = warning.message.replace(ADDRESSES, '[address]');
    write({ warning: warning.name, warningCode: warning.code, text: message }, 'Node or a library warns');
  });
}
