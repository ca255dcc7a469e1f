/** Writes the log as JSON lines with pino; members that could hold a secret are struck out whatever is logged. */
import { destination, pino } from 'pino';
import type { Log } from '../../src/ports/log.ts';

const SECRET_MEMBERS = [
  'password',
  'secret',
  'client_secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'code',
  'code_verifier',
  'assertion',
  'client_assertion',
  'cookie',
  'cookies',
  'authorization',
  'headers',
  'set-cookie',
  'jti',
  'uri',
  'url',
];

/** `["set-cookie"]` where a dot would not parse. */
const quoted = (member: string): string => `["${member}"]`;

export interface PinoLogOptions {
  readonly level: string;
  /** File descriptor; standard output unless told otherwise. */
  readonly descriptor?: number;
}

export function createPinoLog({ level, descriptor = 1 }: PinoLogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      redact: {
        paths: SECRET_MEMBERS.flatMap((name) => [quoted(name), `*${quoted(name)}`, `*.*${quoted(name)}`]),
        censor: '[struck out]',
      },
    },
    destination({ dest: descriptor, sync: true }),
  );
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
