/** The rules between several variables, and those of production. */
import {
  type ConfigurationProblem,
  type Environment,
  isLoopbackHost,
  isLoopbackListener,
  type Mode,
} from './config.ts';
import { isInMemory } from './storage-address.ts';
import { howToMakeAKey } from './value-forms.ts';
import type { Values, VariableName } from './variables.ts';

interface Rule {
  readonly variable: VariableName;
  /** A value that could not be read is absent, and breaks no rule. */
  readonly isBroken: (values: Partial<Values>, environment: Environment) => boolean;
  readonly problem: string;
}

const isSet = (environment: Environment, name: string): boolean => (environment[name] ?? '') !== '';
/** In production the listener is on every address unless HOST says otherwise. */
function listensOpenly({ HOST: host }: Partial<Values>, environment: Environment): boolean {
  return host === undefined ? !isSet(environment, 'HOST') : !isLoopbackListener(host);
}
const usesMemory = ({ STORAGE_URL: url }: Partial<Values>): boolean => isInMemory(url);

const LEAST_PRODUCTION_COST = 10;

const always: readonly Rule[] = [
  {
    variable: 'MONGODB_URI',
    isBroken: ({ STORAGE_URL: url, MONGODB_URI: other }) => url !== undefined && other !== undefined && url !== other,
    problem: 'names another database than STORAGE_URL; unset one of the two',
  },
  {
    variable: 'WEB_CONCURRENCY',
    isBroken: (values) => usesMemory(values) && (values.WEB_CONCURRENCY ?? 1) > 1,
    problem: 'must be 1 with sqlite::memory:, which each worker would have for itself',
  },
  {
    variable: 'OPS_PORT',
    isBroken: ({ PORT: port, OPS_PORT: opsPort }) => opsPort !== undefined && opsPort !== 0 && opsPort === port,
    problem: 'must differ from PORT; unset it to have no operations listener',
  },
  {
    variable: 'TERMS_VERSION',
    isBroken: (_, environment) => isSet(environment, 'TERMS_URL') && !isSet(environment, 'TERMS_VERSION'),
    problem: 'is missing beside TERMS_URL: what people accept is kept with its version',
  },
  {
    variable: 'TERMS_URL',
    isBroken: (_, environment) => isSet(environment, 'TERMS_VERSION') && !isSet(environment, 'TERMS_URL'),
    problem: 'is missing beside TERMS_VERSION: people read the terms there',
  },
  {
    variable: 'MAIL_FROM',
    isBroken: (_, environment) =>
      (isSet(environment, 'SMTP_URL') || isSet(environment, 'SMTP_URL_FILE')) && !isSet(environment, 'MAIL_FROM'),
    problem: 'is missing beside SMTP_URL: every mail needs a sender',
  },
  {
    variable: 'OTP_WEBHOOK_SECRET',
    isBroken: (_, environment) =>
      isSet(environment, 'OTP_WEBHOOK_URL') &&
      !isSet(environment, 'OTP_WEBHOOK_SECRET') &&
      !isSet(environment, 'OTP_WEBHOOK_SECRET_FILE'),
    problem: 'is missing beside OTP_WEBHOOK_URL: whoever gets a code must know that it is from here',
  },
  {
    variable: 'OTP_WEBHOOK_URL',
    isBroken: (_, environment) =>
      !isSet(environment, 'OTP_WEBHOOK_URL') &&
      (isSet(environment, 'OTP_WEBHOOK_SECRET') || isSet(environment, 'OTP_WEBHOOK_SECRET_FILE')),
    problem: 'is missing beside OTP_WEBHOOK_SECRET: nothing is signed by it',
  },
  {
    variable: 'OTP_WEBHOOK_URL',
    isBroken: ({ OTP_WEBHOOK_URL: url, OUTBOUND_ALLOW_PRIVATE: allowed = [] }) => {
      if (url === undefined) return false;
      const { hostname, origin } = new URL(url);
      return isLoopbackHost(hostname) && !allowed.includes(origin);
    },
    problem: 'is on this machine, which outgoing requests reach only where OUTBOUND_ALLOW_PRIVATE lists its origin',
  },
];

const footerLinks = ['SUPPORT_URL', 'PRIVACY_URL', 'IMPRINT_URL'] as const;

const inProduction: readonly Rule[] = [
  ...footerLinks.map(
    (variable): Rule => ({
      variable,
      isBroken: ({ [variable]: url }) => url?.startsWith('http:') ?? false,
      problem: 'must be an https address in production',
    }),
  ),
  {
    variable: 'OTP_WEBHOOK_URL',
    isBroken: ({ OTP_WEBHOOK_URL: url }) => url?.startsWith('http:') ?? false,
    problem: 'must be an https address in production: it gets codes',
  },
  {
    variable: 'ISSUER',
    isBroken: ({ ISSUER: issuer }) => issuer?.startsWith('http:') ?? false,
    problem: 'must be an https address in production; plain http is for development on a loopback host',
  },
  {
    variable: 'SECRET_KEYS',
    isBroken: (_, environment) => !isSet(environment, 'SECRET_KEYS') && !isSet(environment, 'SECRET_KEYS_FILE'),
    problem: `is missing; production needs at least one key, made with: ${howToMakeAKey}`,
  },
  {
    // Whoever reaches such a listener speaks to it in the clear, and past the proxy that would say where they come from.
    variable: 'TRUSTED_PROXIES',
    isBroken: (values, environment) =>
      !isSet(environment, 'TRUSTED_PROXIES') &&
      !isSet(environment, 'TLS_CERT_FILE') &&
      !isSet(environment, 'TLS_KEY_FILE') &&
      listensOpenly(values, environment),
    problem:
      "is missing beside plain http on an address that others reach; name the proxy that ends TLS, or say 'none', " +
      'or set TLS_CERT_FILE and TLS_KEY_FILE, or HOST to a loopback address',
  },
  {
    variable: 'STORAGE_URL',
    isBroken: usesMemory,
    problem: 'keeps everything in memory, which production must not; name a file or a MongoDB',
  },
  {
    variable: 'BCRYPT_COST',
    isBroken: ({ BCRYPT_COST: cost }) => cost !== undefined && cost < LEAST_PRODUCTION_COST,
    problem: `must be at least ${LEAST_PRODUCTION_COST} in production`,
  },
];

export function ruleProblems(
  mode: Mode,
  values: Partial<Values>,
  environment: Environment,
): readonly ConfigurationProblem[] {
  return [...always, ...(mode === 'production' ? inProduction : [])]
    .filter(({ isBroken }) => isBroken(values, environment))
    .map(({ variable, problem }) => ({ variable, problem }));
}
