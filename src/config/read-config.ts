/** KeyedMutex an environment into one frozen, complete configuration, or says everything that is wrong with it. */

import { type Config, ConfigurationError, type ConfigurationProblem, type Mode } from './config.ts';
import { modeOf } from './forms.ts';
import { combinedProblems, tlsProblems } from './rules.ts';
import { withSecretFiles } from './secrets.ts';
import { type Environment, type Values, variables } from './variables.ts';

interface Parsed {
  readonly values: Partial<Values>;
  readonly problems: readonly ConfigurationProblem[];
}

/** Each variable by itself, so that one bad value does not hide the problems of the others. */
function parseEach(environment: Environment): Parsed {
  const values: Record<string, unknown> = {};
  const problems: ConfigurationProblem[] = [];
  for (const [variable, schema] of Object.entries(variables)) {
    const text = environment[variable]?.trim();
    const parsed = schema.safeParse(text === '' ? undefined : text);
    if (parsed.success) values[variable] = parsed.data;
    else problems.push(...parsed.error.issues.map(({ message }) => ({ variable, problem: message })));
  }
  return { values: values as Partial<Values>, problems };
}

function assemble(mode: Mode, values: Values): Config {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = values;
  return Object.freeze({
    mode,
    issuer: values.ISSUER,
    port: values.PORT,
    host: values.HOST ?? (mode === 'production' ? '0.0.0.0' : '127.0.0.1'),
    storageUrl: values.STORAGE_URL ?? values.MONGODB_URI ?? 'sqlite:./data/latchkey.db',
    acceptNewerStorage: values.ACCEPT_NEWER_STORAGE,
    dataFolder: values.DATA_FOLDER,
    secretKeys: values.SECRET_KEYS ?? Object.freeze([]),
    trustedProxies: values.TRUSTED_PROXIES ?? Object.freeze([]),
    ...(certFile !== undefined && keyFile !== undefined && { tls: Object.freeze({ certFile, keyFile }) }),
    workers: values.WEB_CONCURRENCY,
    bcryptCost: values.BCRYPT_COST,
    refreshReuseSeconds: values.REFRESH_GRACE_SECONDS,
    outboundAllowPrivate: values.OUTBOUND_ALLOW_PRIVATE ?? Object.freeze([]),
    logLevel: values.LOG_LEVEL,
    ...(values.OPS_PORT !== 0 && { opsPort: values.OPS_PORT }),
    opsHost: values.OPS_HOST,
    brandName: values.BRAND_NAME,
    shutdownGraceSeconds: values.SHUTDOWN_GRACE_SECONDS,
    threadPoolSize: values.UV_THREADPOOL_SIZE,
  });
}

export function readConfig(given: Environment): Config {
  const { environment, problems: fileProblems } = withSecretFiles(given);
  const { values, problems: valueProblems } = parseEach(environment);
  const mode = modeOf(values.ISSUER ?? environment.ISSUER, values.NODE_ENV);
  const problems = [
    ...fileProblems,
    ...valueProblems,
    ...combinedProblems(mode, values, environment),
    ...tlsProblems(values.TLS_CERT_FILE, values.TLS_KEY_FILE),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Every variable was parsed without a problem, so none is absent.
  return assemble(mode, values as Values);
}

export function configFromEnvironment(): Config {
  return readConfig(process.env);
}
