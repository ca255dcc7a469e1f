import { join } from 'node:path';
import {
  type Config,
  ConfigurationError,
  type ConfigurationProblem,
  type Environment,
  type FooterLinks,
  isLoopbackHost,
  type MailSettings,
  type Mode,
} from './config.ts';
import { type EnvFile, readEnvFile, tidyEnvironment } from './environment.ts';
import { certificateProblems, pathProblems } from './named-files.ts';
import { ruleProblems } from './rules.ts';
import { withSecretFiles } from './secrets.ts';
import { storageUrlIn } from './storage-address.ts';
import { type DirectMembers, type Values, type Variable, type VariableName, variables } from './variables.ts';

/** Each variable by itself, so that one bad value does not hide the problems of the others. */
function parseEach(environment: Environment) {
  const values: Record<string, unknown> = {};
  const problems: ConfigurationProblem[] = [];
  for (const [variable, { form, default: fallback, isSecret }] of Object.entries<Variable>(variables)) {
    const text = environment[variable] || fallback;
    if (text === undefined) continue;
    const { success, data, error } = form.safeParse(text);
    if (success) values[variable] = data;
    else {
      const value = isSecret === undefined ? { value: text } : {};
      problems.push(...error.issues.map(({ message }) => ({ variable, problem: message, ...value })));
    }
  }
  return { values: values as Partial<Values>, problems };
}

/** An issuer that could not be read counts as production: a typing error must not turn the checks of production off. */
function modeOf(issuer: string | undefined, nodeEnvironment: string | undefined): Mode {
  const url = issuer === undefined ? null : URL.parse(issuer);
  const isLocal = url?.protocol === 'http:' && isLoopbackHost(url.hostname);
  return isLocal && nodeEnvironment !== 'production' ? 'development' : 'production';
}

function directMembers(values: Values): DirectMembers {
  const members: Record<string, unknown> = {};
  for (const [name, { member }] of Object.entries<Variable>(variables)) {
    if (member !== 'derived') members[member] = values[name as VariableName];
  }
  return members as DirectMembers;
}

/** The address to which the issuer leads browsers. */
function loopbackAddressIn(issuer: string): string {
  const { hostname } = new URL(issuer);
  return hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[(.*)\]$/, '$1');
}

/** In production without a server, what needs mail is off. */
function mailSettings(mode: Mode, { SMTP_URL: url, MAIL_FROM, DATA_FOLDER: dataFolder }: Values): MailSettings {
  const from = MAIL_FROM ?? 'no-reply@localhost';
  if (url !== undefined)
    return Object.freeze({ way: 'smtp', url, from, isLoopback: isLoopbackHost(new URL(url).hostname) });
  if (mode === 'production') return Object.freeze({ way: 'none' });
  return Object.freeze({ way: 'files', folder: join(dataFolder, 'mails'), from });
}

function footerLinksIn({ SUPPORT_URL: support, PRIVACY_URL: privacy, IMPRINT_URL: imprint }: Values): FooterLinks {
  return Object.freeze({
    ...(support !== undefined && { support }),
    ...(privacy !== undefined && { privacy }),
    ...(imprint !== undefined && { imprint }),
  });
}

/** The members that are not the value of one variable. */
function derivedMembers(mode: Mode, values: Values) {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CIPHERS: ciphers, OPS_PORT: opsPort } = values;
  const { TERMS_URL: url, TERMS_VERSION: version, VIEWS_FOLDER: viewsFolder } = values;
  const { BRAND_LOGO: brandLogo, BRAND_COLOUR: brandColours } = values;
  const { OTP_WEBHOOK_URL: webhookUrl, OTP_WEBHOOK_SECRET: webhookSecret } = values;
  return {
    mode,
    mail: mailSettings(mode, values),
    ...(url !== undefined && version !== undefined && { terms: Object.freeze({ url, version }) }),
    ...(viewsFolder !== undefined && { viewsFolder }),
    ...(webhookUrl !== undefined &&
      webhookSecret !== undefined && { otpWebhook: Object.freeze({ url: webhookUrl, secret: webhookSecret }) }),
    ...(brandLogo !== undefined && { brandLogo }),
    ...(brandColours !== undefined && { brandColours }),
    footerLinks: footerLinksIn(values),
    host: values.HOST ?? (mode === 'production' ? '0.0.0.0' : loopbackAddressIn(values.ISSUER)),
    storageUrl: storageUrlIn(values),
    secretKeys: values.SECRET_KEYS ?? Object.freeze([]),
    ...(certFile !== undefined && keyFile !== undefined && { tls: Object.freeze({ certFile, keyFile, ciphers }) }),
    ...(values.REFRESH_GRACE_SECONDS !== undefined && { refreshReuseSeconds: values.REFRESH_GRACE_SECONDS }),
    ...(opsPort !== undefined && opsPort !== 0 && { opsPort }),
  } satisfies Partial<Config>;
}

/** A problem that comes from the quotes or the bytes of a value is not reported a second time. */
const isNewBeside =
  (reported: readonly ConfigurationProblem[]) =>
  ({ variable }: ConfigurationProblem): boolean =>
    !reported.some((earlier) => earlier.variable === variable);

function parse(given: Environment) {
  const tidied = tidyEnvironment(given);
  const { environment, problems: fileProblems } = withSecretFiles(tidied.environment);
  const { values, problems: valueProblems } = parseEach(environment);
  const mode = modeOf(values.ISSUER ?? environment.ISSUER, values.NODE_ENV);
  const later = [
    ...fileProblems,
    ...valueProblems,
    ...ruleProblems(mode, values, environment),
    ...certificateProblems(values),
  ];
  return { mode, values, problems: [...tidied.problems, ...later.filter(isNewBeside(tidied.problems))] };
}

function configOf({ mode, values, problems }: ReturnType<typeof parse>): Config {
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Without problems only those variables can be absent that have no default, as in the type `Values`.
  const complete = values as Values;
  return Object.freeze({ ...directMembers(complete), ...derivedMembers(mode, complete) });
}

/** Returns the complete configuration, or throws a `ConfigurationError` with every problem at once. */
export function readConfig(given: Environment): Config {
  return configOf(parse(given));
}

/** Also checks that folders and files that the settings name can be used on this machine. */
export function configFromEnvironment(given: Environment = process.env): Config {
  const parsed = parse(given);
  const { mode, values, problems } = parsed;
  return configOf({ ...parsed, problems: [...problems, ...pathProblems(mode, values).filter(isNewBeside(problems))] });
}

/** As Node's own `--env-file`, into the environment: workers get it, and libuv reads the size of its pool there. */
export function takeEnvFile(path: string, environment: Record<string, string | undefined> = process.env): EnvFile {
  const envFile = readEnvFile(path, environment);
  Object.assign(environment, envFile.values);
  return envFile;
}
