/** Writes the log as JSON lines with pino; members that could hold a secret are struck out whatever is logged. */
import { destination, pino } from 'pino';
import type { Log } from '../../src/ports/log.ts';
import { strikeOutSecrets } from './strike-out.ts';

export interface PinoLogOptions {
  readonly level: string;
  /** File descriptor; standard output unless told otherwise. */
  readonly descriptor?: number;
}

/** Lines are gathered, for each write costs a tenth of a fast request, but for no longer than this. */
const WRITTEN_AFTER_MILLISECONDS = 100;
const GATHERED_BYTES = 4096;

export function createPinoLog({ level, descriptor = 1 }: PinoLogOptions): Log {
  const stream = destination({ dest: descriptor, sync: true, minLength: GATHERED_BYTES });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: strikeOutSecrets },
      // Pino has a `redact` of its own: for our paths it took ten times as long as writing the line.
      serializers: { error: (error: Error) => strikeOutSecrets(pino.stdSerializers.err(error)) },
    },
    stream,
  );
  let writing: NodeJS.Timeout | undefined;

  function write(): void {
    clearTimeout(writing);
    writing = undefined;
    stream.flushSync();
  }
  // Whatever ends the process, short of a kill that nothing can catch.
  process.on('exit', write);

  return {
    info(fields, message) {
      logger.info(fields, message);
      writing ??= setTimeout(write, WRITTEN_AFTER_MILLISECONDS).unref();
    },
    // What is wrong may be the last thing that is said.
    warn(fields, message) {
      logger.warn(fields, message);
      write();
    },
    error(fields, message) {
      logger.error(fields, message);
      write();
    },
  };
}
