/** Errors about addresses that MongoDB's driver rejects. Its own texts may quote the address, and with it a secret. */
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
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

/** What an address may set (https://www.mongodb.com/docs/manual/reference/connection-string-options/). */
const OPTIONS: ReadonlySet<string> = new Set(
  [
    'appName authMechanism authMechanismProperties authSource autoSelectFamily autoSelectFamilyAttemptTimeout compressors',
    'connectTimeoutMS directConnection enableUtf8Validation family heartbeatFrequencyMS journal keepAliveInitialDelay',
    'loadBalanced localThresholdMS maxConnecting maxIdleTimeMS maxPoolSize maxStalenessSeconds minHeartbeatFrequencyMS',
    'minPoolSize noDelay proxyHost proxyPassword proxyPort proxyUsername readConcernLevel readPreference',
    'readPreferenceTags replicaSet retryReads retryWrites serverMonitoringMode serverSelectionTimeoutMS socketTimeoutMS',
    'srvAllowedHostsSuffix srvMaxHosts srvServiceName ssl timeoutMS tls tlsAllowInvalidCertificates',
    'tlsAllowInvalidHostnames tlsCAFile tlsCRLFile tlsCertificateKeyFile tlsCertificateKeyFilePassword tlsInsecure',
    'waitQueueTimeoutMS wtimeout wtimeoutMS zlibCompressionLevel',
  ].flatMap((line) => line.toLowerCase().split(' ')),
);
const SHORT_OPTIONS: ReadonlySet<string> = new Set(['j', 'w']);

/** From the first question mark on, as the driver takes it once it has found user and password escaped. */
function settingsOf(url: string): readonly (readonly [name: string, value: string])[] {
  const [, query = ''] = url.split(/\?(.*)/s);
  return query.split('&').map((setting) => {
    const [name = '', value = ''] = setting.split(/=(.*)/s);
    return [name, value];
  });
}

function isKnown(name: string): boolean {
  const option = name.toLowerCase();
  return option === '' || OPTIONS.has(option) || SHORT_OPTIONS.has(option);
}

/** All that may be of a user, a password or the value of an option, as it is written and as it is meant. */
function quotable(url: string): readonly string[] {
  const [, rest = ''] = url.split(/^[^:]+:\/\//);
  // The last @, because one in a password may be unescaped.
  const credentials = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
  const values = settingsOf(url).flatMap(([name, value]) =>
    SECRET_OPTION.test(name) || !PLAIN_VALUE.test(value) ? [value] : [],
  );
  const written = [credentials, ...values].flatMap((each) => [each, ...each.split(/[:,@/?#[\]&=]/)]);
  const all = [...written, ...written.map(decoded)].filter((text) => text.length > 2);
  return [...new Set(all)].sort((one, other) => other.length - one.length);
}

/** The driver's sentence, unless it could quote what is no option: a part of a secret, behind an unescaped sign. */
function quoted(text: string, url: string): string {
  const at = settingsOf(url).findIndex(([name]) => !isKnown(name));
  if (at >= 0) {
    return `option ${at + 1} behind the ? is none that MongoDB knows, or a ? or & before it is not percent-encoded (%3F, %26)`;
  }
  return quotable(url).reduce((rest, part) => rest.replaceAll(part, '...'), text);
}

/** Without the driver's error as a cause: its message may quote a secret. */
export function invalidAddress(url: string, reason: unknown): StorageAddressInvalid {
  if (reason instanceof StorageAddressInvalid) return reason;
  const text = reason instanceof MongoError ? quoted(reason.message, url) : 'it is not a MongoDB connection string';
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
  const reason = notAFile(file) ?? failureOf(() => parse(readFileSync(file)));
  if (reason === undefined) return;
  throw new StorageAddressInvalid(`the MongoDB address names a ${option} that cannot be used (${reason}): ${file}`);
}

const LARGEST_FILE_BYTES = 1_048_576;

/** To read a pipe or a device may never end. */
function notAFile(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return undefined;
  if (!found.isFile()) return 'a pipe or a device';
  return found.size > LARGEST_FILE_BYTES ? `more than ${LARGEST_FILE_BYTES} bytes` : undefined;
}

function failureOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no PEM';
  }
}
