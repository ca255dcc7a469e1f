/** Every environment variable that Latchkey reads: its form, and its value when it is unset or empty. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { issuer, mongodbUrl, origins, secretKeys, storageUrl, trustedProxies } from './forms.ts';

const HOST_NAME = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i;

function wholeNumber(from: number, to: number) {
  const error = `must be a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error, abort: true })
    .transform(Number)
    .refine((number) => number >= from && number <= to, { error });
}

const listenerHost = z.string().refine((text) => isIP(text) !== 0 || HOST_NAME.test(text), {
  error: 'must be an address or a host name, without port',
});

const path = z.string();

const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
  error: 'must be one of fatal, error, warn, info, debug, trace, silent',
});

const onOff = z.enum(['0', '1'], { error: 'must be 1 or 0' }).transform((text) => text === '1');

const brandName = z
  .string()
  .trim()
  .regex(/^\P{Control}{1,64}$/u, { error: 'must be 1 to 64 characters on one line' });

export const variables = {
  NODE_ENV: z.string().optional(),
  ISSUER: issuer.prefault('http://localhost:3000'),
  PORT: wholeNumber(0, 65535).prefault('3000'),
  HOST: listenerHost.optional(),
  STORAGE_URL: storageUrl.optional(),
  MONGODB_URI: mongodbUrl.optional(),
  ACCEPT_NEWER_STORAGE: onOff.prefault('0'),
  DATA_FOLDER: path.prefault('./data'),
  SECRET_KEYS: secretKeys.optional(),
  TRUSTED_PROXIES: trustedProxies.optional(),
  TLS_CERT_FILE: path.optional(),
  TLS_KEY_FILE: path.optional(),
  WEB_CONCURRENCY: wholeNumber(1, 64).prefault('1'),
  BCRYPT_COST: wholeNumber(4, 15).prefault('12'),
  REFRESH_GRACE_SECONDS: wholeNumber(0, 60).prefault('10'),
  OUTBOUND_ALLOW_PRIVATE: origins.optional(),
  LOG_LEVEL: logLevel.prefault('info'),
  OPS_PORT: wholeNumber(0, 65535).prefault('9464'),
  OPS_HOST: listenerHost.prefault('127.0.0.1'),
  BRAND_NAME: brandName.prefault('Latchkey'),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(1, 600).prefault('25'),
  UV_THREADPOOL_SIZE: wholeNumber(3, 1024).prefault('4'),
} as const;

/** What a process is given: names to texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type VariableName = keyof typeof variables;
export type Values = z.output<z.ZodObject<typeof variables>>;

/** These also come as `<NAME>_FILE`: the path of a file that holds the value. */
export const secretVariables = ['SECRET_KEYS', 'STORAGE_URL', 'MONGODB_URI'] as const satisfies VariableName[];
