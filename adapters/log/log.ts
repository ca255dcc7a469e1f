/** Writes the log as JSON lines with pino; members that could hold a secret are redacted, by their name and at any depth. */
import { pino } from 'pino';
import type { Log } from '../../src/ports/log.ts';
import { Output } from './output.ts';

const SECRET_MEMBERS: ReadonlySet<string> = new Set([
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
  'rawPacket',
  'uri',
  // Of mails, and of the server that takes them.
  'to',
  'email',
  'link',
  'envelope',
  'auth',
  'pass',
  'url',
]);

const REDACTED = '[redacted]';
/** Nothing that we log is nested deeper; what is may be circular. */
const DEEPEST = 5;

function redact(name: string, value: unknown, depth: number): unknown {
  if (SECRET_MEMBERS.has(name)) return REDACTED;
  // Pino makes plain members of an error and passes those to its serializer below.
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth === DEEPEST) return REDACTED;
  if (Array.isArray(value)) return value.map((item: unknown) => redact('', item, depth + 1));
  return redactMembers(value as Record<string, unknown>, depth + 1);
}

function redactMembers(fields: Record<string, unknown>, depth = 1): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redact(name, value, depth)]));
}

export interface PinoLogOptions {
  readonly level: string;
  /** File descriptor; standard output unless given. */
  readonly descriptor?: number;
}

export interface PinoLog extends Log {
  /** Where its lines go, and those of workers; to be drained before the process ends. */
  readonly output: Output;
}

export function createPinoLog({ level, descriptor = 1 }: PinoLogOptions): PinoLog {
  const output = new Output(descriptor);
  const lines = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Pino has a `redact` of its own: for our paths it took ten times as long as writing the line.
      formatters: { level: (label) => ({ level: label }), log: (fields) => redactMembers(fields) },
      serializers: { error: (error: Error) => redactMembers({ ...pino.stdSerializers.err(error) }) },
    },
    output,
  );
  return Object.assign(lines, { output });
}
