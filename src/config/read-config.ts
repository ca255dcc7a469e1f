import type { Mode } from './config.ts';
import {
  type Config,
  ConfigurationError,
  type ConfigurationProblem,
  type Environment,
  isLoopbackHost,
} from './config.ts';
import { certificateProblems, ruleProblems } from './rules.ts';
import { withSecretFiles } from './secrets.ts';
import { type Values, type Variable, variables } from './variables.ts';

/** Each variable by itself, so that one bad value does not hide the problems of the others. */
function parseEach(environment: Environment) {
  const values: Record<string, unknown> = {};
  const problems: ConfigurationProblem[] = [];
  for (const [variable, { form, default: fallback }] of Object.entries<Variable>(variables)) {
    const text = environment[variable]?.trim() || fallback;
    if (text === undefined) continue;
    const { success, data, error } = form.safeParse(text);
    if (success) values[variable] = data;
    else problems.push(...error.issues.map(({ message }) => ({ variable, problem: message })));
  }
  return { values: values as Partial<Values>, problems };
}

/** An issuer that could not be read counts as production: a typing error must not switch safety off. */
function modeOf(issuer: string | undefined, nodeEnvironment: string | undefined): Mode {
  const url = issuer === undefined ? null : URL.parse(issuer);
  const isLocal = url?.protocol === 'http:' && isLoopbackHost(url.hostname);
  return isLocal && nodeEnvironment !== 'production' ? 'development' : 'production';
}

function assemble(mode: Mode, values: Values): Config {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, OPS_PORT: opsPort } = values;
  const none = Object.freeze([]);
  return Object.freeze({
    mode,
    issuer: values.ISSUER,
    port: values.PORT,
    host: values.HOST ?? (mode === 'production' ? '0.0.0.0' : '127.0.0.1'),
    storageUrl: values.STORAGE_URL ?? values.MONGODB_URI ?? 'sqlite:./data/latchkey.db',
    acceptNewerStorage: values.ACCEPT_NEWER_STORAGE,
    dataFolder: values.DATA_FOLDER,
    secretKeys: values.SECRET_KEYS ?? none,
    trustedProxies: values.TRUSTED_PROXIES ?? none,
    ...(certFile !== undefined && keyFile !== undefined && { tls: Object.freeze({ certFile, keyFile }) }),
    workers: values.WEB_CONCURRENCY,
    bcryptCost: values.BCRYPT_COST,
    budgetFactor: values.BUDGET_FACTOR,
    ...(values.REFRESH_GRACE_SECONDS !== undefined && { refreshReuseSeconds: values.REFRESH_GRACE_SECONDS }),
    outboundAllowPrivate: values.OUTBOUND_ALLOW_PRIVATE ?? none,
    logLevel: values.LOG_LEVEL,
    ...(opsPort !== undefined && opsPort !== 0 && { opsPort }),
    opsHost: values.OPS_HOST,
    brandName: values.BRAND_NAME,
    shutdownGraceSeconds: values.SHUTDOWN_GRACE_SECONDS,
    threadPoolSize: values.UV_THREADPOOL_SIZE,
  });
}

/** Returns the complete configuration, or throws a `ConfigurationError` with every problem at once. */
export function readConfig(given: Environment): Config {
  const { environment, problems: fileProblems } = withSecretFiles(given);
  const { values, problems: valueProblems } = parseEach(environment);
  const mode = modeOf(values.ISSUER ?? environment.ISSUER, values.NODE_ENV);
  const problems = [
    ...fileProblems,
    ...valueProblems,
    ...ruleProblems(mode, values, environment),
    ...certificateProblems(values),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Without a problem only those variables are absent whose type says so.
  return assemble(mode, values as Values);
}

export function configFromEnvironment(): Config {
  return readConfig(process.env);
}
