/** Settings that work and that somebody should think about again. */
import { type Config, isLoopbackHost, isLoopbackListener, relyingPartyOf, sentCodesOf } from './config.ts';

export interface ConfigurationWarning {
  readonly variable: string;
  /** Completes the sentence that the variable's name begins. */
  readonly warning: string;
}

const HOSTS = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?(?<hosts>[^/?]+)/;

function isLocal(host: string): boolean {
  // A socket of this machine, percent-encoded.
  if (/%2f/i.test(host)) return true;
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d+$/, '');
  return isLoopbackHost(name.toLowerCase());
}

/** TLS is on where the address asks for it, and with `mongodb+srv` unless it is switched off. */
function usesTls(address: string): boolean {
  const query = new URLSearchParams(address.split('?')[1] ?? '');
  const stated = [...query].filter(([name]) => ['tls', 'ssl'].includes(name.toLowerCase())).map(([, value]) => value);
  return stated.length === 0 ? address.startsWith('mongodb+srv:') : stated.every((value) => value === 'true');
}

function isMongodbInTheClear(address: string): boolean {
  const hosts = HOSTS.exec(address)?.groups?.hosts;
  return hosts !== undefined && !usesTls(address) && !hosts.split(',').every(isLocal);
}

/** Of production, whether it serves TLS itself or stands behind a proxy. */
function* forwardingWarnings({ tls, trustedProxies }: Config): Generator<ConfigurationWarning> {
  if (tls !== undefined || trustedProxies.length > 0) return;
  const warning = 'names no proxy: behind one, everybody counts as one address in the limits on guessing';
  yield { variable: 'TRUSTED_PROXIES', warning };
}

function* logWarnings({ logLevel }: Config): Generator<ConfigurationWarning> {
  const variable = 'LOG_LEVEL';
  if (logLevel === 'debug' || logLevel === 'trace') {
    yield { variable, warning: `is ${logLevel}, which is for looking for a fault: it writes much more` };
  }
  if (!['info', 'debug', 'trace'].includes(logLevel)) {
    yield { variable, warning: `is ${logLevel}: the log has no security events` };
  }
}

function* listenerWarnings({
  mode,
  host,
  opsPort,
  opsHost,
  allowedAddresses,
}: Config): Generator<ConfigurationWarning> {
  if (mode === 'development' && !isLoopbackListener(host)) {
    const warning =
      'lets other machines reach a development installation: the http ISSUER turns the checks of production off';
    yield { variable: 'HOST', warning };
  }
  if (opsPort !== undefined && !isLoopbackListener(opsHost) && allowedAddresses.length === 0) {
    yield { variable: 'OPS_HOST', warning: 'lets everybody ask the health checks: name who may in ALLOWED_IPS' };
  }
}

function* passkeyWarnings(config: Config): Generator<ConfigurationWarning> {
  if (relyingPartyOf(config) !== undefined) return;
  yield { variable: 'ISSUER', warning: 'has no name that passkeys can be made for: they are off' };
}

function* storageWarnings({
  storageUrl,
  acceptNewerStorage,
  acceptNewIssuer,
}: Config): Generator<ConfigurationWarning> {
  if (acceptNewIssuer) {
    const warning = 'lets this database become that of another issuer: unset it once the new one has started';
    yield { variable: 'ACCEPT_NEW_ISSUER', warning };
  }
  if (acceptNewerStorage) {
    const warning = 'opens databases of newer versions: unset it once the upgrade has been taken back';
    yield { variable: 'ACCEPT_NEWER_STORAGE', warning };
  }
  if (isMongodbInTheClear(storageUrl)) {
    const warning = 'reaches MongoDB over the network without TLS: add tls=true to the address';
    yield { variable: 'STORAGE_URL', warning };
  }
}

/** Somebody asked for codes that nothing sends. */
function* codeWarnings(config: Config): Generator<ConfigurationWarning> {
  const { mail, phone, signInByMail } = sentCodesOf(config);
  if (config.codesByMail === 'mfa' && mail === 'off')
    yield { variable: 'CODES_BY_MAIL', warning: 'has no effect: no mail is sent without SMTP_URL' };
  if (config.signInByMail && !signInByMail)
    yield { variable: 'SIGN_IN_BY_MAIL', warning: 'has no effect: no mail is sent without SMTP_URL' };
  if (config.codesByPhone === 'mfa' && phone === 'off')
    yield { variable: 'CODES_BY_PHONE', warning: 'has no effect: no code goes to a phone without OTP_WEBHOOK_URL' };
}

/** Of production: development writes mails to files. */
function* mailWarnings({ mail }: Config): Generator<ConfigurationWarning> {
  if (mail.way !== 'none') return;
  const warning =
    'names no mail server: registration, recovery, new e-mail addresses and codes by mail are off, and nobody is told of changes';
  yield { variable: 'SMTP_URL', warning };
}

/** A start logs them, and `config check` reports them. */
export function warningsOf(config: Config): readonly ConfigurationWarning[] {
  const budgets: readonly ConfigurationWarning[] =
    config.budgetFactor > 1
      ? [
          {
            variable: 'BUDGET_FACTOR',
            warning: 'is above 1: passwords can be guessed, and the database filled, so many times faster',
          },
        ]
      : [];
  const ofProduction =
    config.mode === 'production'
      ? [...forwardingWarnings(config), ...logWarnings(config), ...mailWarnings(config)]
      : [];
  return [
    ...budgets,
    ...passkeyWarnings(config),
    ...storageWarnings(config),
    ...listenerWarnings(config),
    ...codeWarnings(config),
    ...ofProduction,
  ];
}
