/** What works, and what production should close or somebody should know of: `config check` reports it, beside the warnings of a start. */
import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { admissionOf, type Config } from '../../src/config/config.ts';
import { readNamedFile } from '../../src/config/read-file.ts';
import { isInMemory, sqliteLocationIn } from '../../src/config/storage-address.ts';
import type { ConfigurationWarning } from '../../src/config/warnings.ts';
import type { Source } from './sources.ts';

const READABLE_BY_OTHERS = 0o007;
const DAY_MILLISECONDS = 86_400_000;
const SOON_DAYS = 14;

/** Undefined where there is no such file, or on a system without such rights. */
function othersMayUse(path: string): boolean {
  const found = process.getuid === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & READABLE_BY_OTHERS) !== 0;
}

function* openFiles({ tls, storageUrl }: Config, sources: readonly Source[]): Generator<ConfigurationWarning> {
  const warning = 'can be read by every user of this machine: chmod o= (unless it is a mounted secret)';
  for (const { source, path, variables } of sources) {
    if (path === undefined || !othersMayUse(path)) continue;
    const variable = source === 'env file' ? '--env-file' : variables.join(', ');
    yield { variable, warning: `is in a file that ${warning}` };
  }
  if (tls !== undefined && othersMayUse(tls.keyFile)) {
    yield { variable: 'TLS_KEY_FILE', warning: `names a file that ${warning}` };
  }
  const location = isInMemory(storageUrl) ? undefined : sqliteLocationIn(storageUrl);
  if (location !== undefined && othersMayUse(location)) {
    yield { variable: 'STORAGE_URL', warning: `names a file that ${warning}` };
  }
}

function* doubtfulCertificate({ tls, issuer }: Config, now: number): Generator<ConfigurationWarning> {
  if (tls === undefined) return;
  const certificate = new X509Certificate(readNamedFile(tls.certFile));
  const { hostname } = new URL(issuer);
  const variable = 'TLS_CERT_FILE';
  const days = Math.floor((certificate.validToDate.getTime() - now) / DAY_MILLISECONDS);
  if (days < 0) yield { variable, warning: 'names a certificate that has expired' };
  else if (days < SOON_DAYS) yield { variable, warning: `names a certificate that expires in ${days} days` };
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(address) === 0 ? certificate.checkHost(hostname) : certificate.checkIP(address);
  if (found === undefined) yield { variable, warning: 'names a certificate that is not for the host of ISSUER' };
}

function* openSettings(config: Config): Generator<ConfigurationWarning> {
  const { allowedAddresses, secretKeys, outboundAllowPrivate, opsPort } = config;
  if (allowedAddresses.length === 0) {
    const places =
      opsPort === undefined ? 'introspection and registration' : 'introspection, registration and OPS_PORT';
    yield { variable: 'ALLOWED_IPS', warning: `is not set: everybody may reach ${places}` };
  }
  if (outboundAllowPrivate.length > 0) {
    const warning = 'lets requests that apps bring about reach internal addresses: name no more than they need';
    yield { variable: 'OUTBOUND_ALLOW_PRIVATE', warning };
  }
  if (secretKeys.length > 1) {
    const warning = `holds ${secretKeys.length} keys: "storage re-encrypt" says when an older one may go`;
    yield { variable: 'SECRET_KEYS', warning };
  }
}

/** Only who was never asked is told: whoever has written it down, or named domains, has decided. */
function* undecidedRegistration(config: Config, sources: readonly Source[]): Generator<ConfigurationWarning> {
  const variable = 'ACCOUNT_REGISTRATION';
  const isUnset = sources.some(({ source, variables }) => source === 'default' && variables.includes(variable));
  if (!isUnset || config.registrationDomains.length > 0 || admissionOf(config) !== 'open') return;
  const warning =
    "is not set, so anybody may make an account: say 'open' if they shall, else 'approval', 'invited' or 'off'";
  yield { variable, warning };
}

/** Empty in development, where nobody else comes by. */
export function leftOpen(config: Config, sources: readonly Source[], now: number): readonly ConfigurationWarning[] {
  if (config.mode !== 'production') return [];
  return [
    ...openSettings(config),
    ...undecidedRegistration(config, sources),
    ...openFiles(config, sources),
    ...doubtfulCertificate(config, now),
  ];
}
