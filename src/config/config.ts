import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';

/** An http issuer on a loopback host means development, any other issuer production. */
export type Mode = 'development' | 'production';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Names of files, PEM. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface ListenerTls extends CertificateFiles {
  /** As OpenSSL writes them. */
  readonly ciphers: string;
}

/** The prefix of a single address is 32 (IPv4) or 128 (IPv6). */
export interface AddressRange {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** A prefix of 0 would let every address in. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  const prefix = Number(prefixText ?? bits);
  if (version === 0 || rest.length > 0 || !/^[1-9]\d{0,2}$/.test(prefixText ?? '1') || prefix > bits) return undefined;
  return { address, prefix, family: version === 6 ? 'ipv6' : 'ipv4' };
}

const MAPPED_IPV4 = '::ffff:';

/** An IPv4 caller on a dual-stack listener arrives as ::ffff:192.0.2.1, which has other spellings too (RFC 4291 2.2). */
export function plainAddress(text: string): string {
  const [address = ''] = text.split('%');
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return text;
  const { address: written } = new SocketAddress({ address, family: 'ipv6' });
  return written.startsWith(MAPPED_IPV4) && written.includes('.') ? written.slice(MAPPED_IPV4.length) : written;
}

/** A text that is no address is never within a range. */
export function addressesWithin(ranges: readonly AddressRange[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, prefix, family } of ranges) list.addSubnet(address, prefix, family);
  return (text) => {
    const address = plainAddress(text);
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** ALLOWED_IPS: without any, every address may call. */
export function addressesAllowedBy(ranges: readonly AddressRange[]): (address: string) => boolean {
  return ranges.length === 0 ? () => true : addressesWithin(ranges);
}

/** Who may make an account for themselves. */
export type AccountRegistration = 'open' | 'approval' | 'invited' | 'off';
/** How apps register themselves (RFC 7591). */
export type ClientRegistration = 'off' | 'token' | 'open';

/** Whose password alone is not enough. Nobody's is where all three are empty. */
export interface SecondFactorSetting {
  readonly isForEverybody: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

export interface Terms {
  readonly url: string;
  readonly version: string;
}

/** As `#rrggbb`. */
export interface Accent {
  readonly accent: string;
  /** Under the pointer. */
  readonly hover: string;
  /** The words on it. */
  readonly onAccent: string;
}

export interface BrandColours {
  readonly light: Accent;
  readonly dark: Accent;
}

/** Pages of the operator that every page of ours leads to. */
export interface FooterLinks {
  readonly support?: string;
  readonly privacy?: string;
  readonly imprint?: string;
}

/** Where mails go: to a server, in development to files of a folder, or nowhere. */
export type MailSettings =
  | { readonly way: 'smtp'; readonly url: string; readonly from: string; readonly isLoopback: boolean }
  | { readonly way: 'files'; readonly folder: string; readonly from: string }
  | { readonly way: 'none' };

/** Whether codes that are sent are a second factor: for accounts that have no stronger one, or for all, and then they count as mfa. */
export type CodesBy = 'off' | 'fallback' | 'mfa';

/** Where codes for phones are posted to. */
export interface OtpWebhook {
  readonly url: string;
  readonly secret: Uint8Array;
}

export interface Config {
  readonly mode: Mode;
  /** Issuer identifier, without a trailing slash (RFC 8414 2). */
  readonly issuer: string;
  readonly port: number;
  readonly host: string;
  /** `mongodb://`, `mongodb+srv://`, `sqlite:path` or `sqlite::memory:`. May hold a password: never log it. */
  readonly storageUrl: string;
  /** Opens a database that a newer version has written, while an upgrade is taken back. */
  readonly acceptNewerStorage: boolean;
  /** Starts on the database of another issuer, which belongs to this one from then on. */
  readonly acceptNewIssuer: boolean;
  /** Where development keeps the keys that it made. */
  readonly dataFolder: string;
  /** 32 bytes each: the first encrypts, all decrypt. May be empty in development, which makes a key in the data folder. */
  readonly secretKeys: readonly Uint8Array[];
  /** Where `X-Forwarded-For` is believed from. */
  readonly trustedProxies: readonly AddressRange[];
  /** Who may reach introspection, registration and the operations port; everybody when it is empty. */
  readonly allowedAddresses: readonly AddressRange[];
  /** Absent: plain http, behind a proxy that ends TLS. */
  readonly tls?: ListenerTls;
  readonly workers: number;
  readonly bcryptCost: number;
  /** Multiplies every budget. */
  readonly budgetFactor: number;
  /** For how long a replaced refresh token gets the same response again; 0 turns that off. Absent: it depends on the client. */
  readonly refreshReuseSeconds?: number;
  /** Origins that outgoing requests may reach although their addresses are internal. */
  readonly outboundAllowPrivate: readonly string[];
  readonly logLevel: LogLevel;
  /** Absent: no operations listener, so that two installations on one host need one port each. */
  readonly opsPort?: number;
  readonly opsHost: string;
  readonly brandName: string;
  /** Name of a file, PNG or SVG. Absent: our own mark beside the name. */
  readonly brandLogo?: string;
  /** Absent: the colours of the style sheet. */
  readonly brandColours?: BrandColours;
  readonly footerLinks: FooterLinks;
  /** Absent: only what comes with Latchkey. */
  readonly viewsFolder?: string;
  readonly accountRegistration: AccountRegistration;
  readonly clientRegistration: ClientRegistration;
  /** Whether a client_id may be the address of a document with the client's metadata. */
  readonly readsMetadataDocuments: boolean;
  /** As `canonicalIdentifier` spells domains; every domain when it is empty. */
  readonly registrationDomains: readonly string[];
  /** What the box "Stay signed in" says at first, and what holds where nobody is asked. */
  readonly isRememberedByDefault: boolean;
  /** Absent: there are no terms to accept. */
  readonly terms?: Terms;
  readonly requireSecondFactor: SecondFactorSetting;
  readonly mail: MailSettings;
  /** Nothing of these three holds without a way to send: see `sentCodesOf`. */
  readonly codesByMail: CodesBy;
  readonly codesByPhone: CodesBy;
  readonly signInByMail: boolean;
  /** Absent: no codes are sent to phones. */
  readonly otpWebhook?: OtpWebhook;
  readonly shutdownGraceSeconds: number;
  /** For how long a connection without a request is kept open. */
  readonly keepAliveSeconds: number;
  /** Threads of Node's pool: password hashing must leave some of them free. */
  readonly threadPoolSize: number;
}

/** The one definition of loopback, for the issuer and for what clients may register (RFC 8252 7.3; RFC 1122 3.2.1.3). */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

/** Whether a listener with this HOST is reached from this machine alone. */
export function isLoopbackListener(host: string): boolean {
  return host === '::1' || isLoopbackHost(host);
}

/**
 * Whom passkeys are made for. Undefined where browsers make none: at an IP address in place of a name (WebAuthn 5.1.3, step 8), and
 * where the page is no secure context.
 */
export function relyingPartyOf({ issuer, brandName }: Pick<Config, 'issuer' | 'brandName'>) {
  const { protocol, hostname, origin } = new URL(issuer);
  const isSecure = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost');
  const isAddress = hostname.startsWith('[') || isIPv4(hostname);
  return isSecure && !isAddress ? { id: hostname, origin, name: brandName } : undefined;
}

/** What the metadata of clients is checked by. */
export function metadataRulesOf({ mode, brandName }: Pick<Config, 'mode' | 'brandName'>) {
  const isAddressRange = (text: string): boolean => parseAddressRange(text) !== undefined;
  return { allowsLoopbackHttp: mode === 'development', isLoopbackHost, isAddressRange, brandName };
}

/** Whether somebody can make an account for themselves: it takes a mail that proves the address. */
export function admissionOf({
  accountRegistration,
  mail,
}: Pick<Config, 'accountRegistration' | 'mail'>): 'open' | 'approval' | 'closed' {
  const isOpen = accountRegistration === 'open' || accountRegistration === 'approval';
  return isOpen && mail.way !== 'none' ? accountRegistration : 'closed';
}

/** What holds of the settings for codes, by what can be sent. */
export function sentCodesOf({
  mail,
  otpWebhook,
  ...config
}: Pick<Config, 'mail' | 'otpWebhook' | 'codesByMail' | 'codesByPhone' | 'signInByMail'>) {
  const isMailOn = mail.way !== 'none';
  return {
    mail: isMailOn ? config.codesByMail : 'off',
    phone: otpWebhook === undefined ? 'off' : config.codesByPhone,
    signInByMail: isMailOn && config.signInByMail,
  } as const;
}

/** Environment variables: name to value. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigurationProblem {
  readonly variable: string;
  /** What is wrong and how to fix it. Never the value: it may be a secret. */
  readonly problem: string;
  /** Shown unless it could be a secret. */
  readonly value?: string;
}

const LONGEST_SHOWN = 200;

/**
 * A number, a path, a web address or a host, in printable characters: nothing that could be a password, or a key that was put into
 * the wrong variable.
 */
const HARMLESS = [
  /^-?\d{1,9}$/,
  /^(?:\.{0,2}\/)[\w ./+,-]*$/,
  /^https?:\/\/[\w.:[\]-]+\/?$/,
  /^(?:[a-z\d-]{1,63}\.)+[a-z\d-]{1,20}$/i,
  /^[a-f\d]*:[a-f\d:.]*$/i,
];

function shownValue(value: string | undefined): string | undefined {
  if (value === undefined || value.length > LONGEST_SHOWN) return undefined;
  return HARMLESS.some((form) => form.test(value)) ? value : undefined;
}

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    const shown = problems.map(({ variable, problem, value: given }) => {
      const value = shownValue(given);
      return { variable, problem, ...(value !== undefined && { value }) };
    });
    const lines = shown.map(({ variable, problem, value }) =>
      [`  ${variable} ${problem}`, ...(value === undefined ? [] : [`it is ${value}`])].join('; '),
    );
    super([`${count} in the settings:`, ...lines].join('\n'));
    this.problems = shown;
  }
}
