/** Errors about addresses that MongoDB's driver rejects. Its own texts may quote the address, and with it a secret. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { type MongoClientOptions, MongoDriverError, MongoError, MongoServerError } from 'mongodb';
import { StorageAddressInvalid } from '../../src/storage/driver.ts';

const SECRET_OPTION = /pass|secret|token|properties|proxyusername/i;
/** Values that reveal nothing and also occur in the driver's own sentences. */
const PLAIN_VALUE = /^(?:true|false|\d{1,6}|.{0,2})$/s;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** User, password and the values of all options, encoded as in the address and decoded. */
function quotable(url: string): readonly string[] {
  const [, rest = ''] = url.split(/^[^:]+:\/\//);
  const [credentials = ''] = rest.includes('@') ? rest.split('@') : [];
  const [, query = ''] = rest.split(/\?(.*)/s);
  const settings = query.split('&').flatMap((setting) => {
    const [name = '', value = ''] = setting.split(/=(.*)/s);
    return SECRET_OPTION.test(name) || !PLAIN_VALUE.test(value) ? [value] : [];
  });
  const written = [
    credentials,
    ...credentials.split(':'),
    ...settings,
    ...settings.flatMap((each) => each.split(/[:,]/)),
  ];
  const all = [...written, ...written.map(decoded)].filter((text) => text.length > 2);
  return [...new Set(all)].sort((one, other) => other.length - one.length);
}

function withoutQuotes(text: string, url: string): string {
  return quotable(url).reduce((rest, quoted) => rest.replaceAll(quoted, '...'), text);
}

/** Without the driver's error as a cause: its message may quote a secret. */
export function invalidAddress(url: string, reason: unknown): StorageAddressInvalid {
  if (reason instanceof StorageAddressInvalid) return reason;
  const text =
    reason instanceof MongoError ? withoutQuotes(reason.message, url) : 'it is not a MongoDB connection string';
  return new StorageAddressInvalid(`the MongoDB address cannot be used: ${text}`);
}

// The server has a database whose name differs only in case, or rejects the name.
const NAME_CODES = { InvalidNamespace: 73, DatabaseDifferCase: 13297 };

/** Mistakes that only show when it connects: a mechanism that is not installed, missing credentials, a name that the server rejects. */
export function isMistakeInAddress(error: unknown): boolean {
  if (error instanceof MongoServerError) return Object.values(NAME_CODES).some((code) => code === error.code);
  return error instanceof MongoDriverError;
}

type Pem = Pick<SecureContextOptions, 'cert' | 'key' | 'passphrase' | 'crl'>;

/** The driver reads these files when it connects, and reports a missing one as a server that does not answer. */
export function throwOnUnusableFiles(options: MongoClientOptions): void {
  const { tlsCAFile, tlsCertificateKeyFile, tlsCertificateKeyFilePassword: passphrase, tlsCRLFile } = options;
  check('tlsCAFile', tlsCAFile, (pem) => void new X509Certificate(pem));
  check('tlsCRLFile', tlsCRLFile, (crl) => use({ crl }));
  check('tlsCertificateKeyFile', tlsCertificateKeyFile, (pem) =>
    use({ cert: pem, key: pem, ...(passphrase !== undefined && { passphrase }) }),
  );
}

const use = (pem: Pem): void => void createSecureContext(pem);

function check(option: string, file: string | undefined, parse: (content: Buffer) => void): void {
  if (file === undefined) return;
  const reason = failureOf(() => parse(readFileSync(file)));
  if (reason === undefined) return;
  throw new StorageAddressInvalid(`the MongoDB address names a ${option} that cannot be used (${reason}): ${file}`);
}

function failureOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no PEM';
  }
}
