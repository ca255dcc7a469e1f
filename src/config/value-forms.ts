/** The form of each kind of value. A message completes the sentence that the variable's name begins. */
import { isIP } from 'node:net';
import { getCiphers } from 'node:tls';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { brandColours } from './brand/colours.ts';
import { type BrandColours, isLoopbackHost, parseAddressRange, type SecondFactorSetting } from './config.ts';

export function wholeNumber(from: number, to: number) {
  const error = `must be a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error, abort: true })
    .transform(Number)
    .refine((number) => number >= from && number <= to, { error });
}

const FACTOR_FORM = /^\d{1,6}(?:\.\d{1,3})?$/;

export const factor = z
  .string()
  .refine((text) => FACTOR_FORM.test(text) && Number(text) > 0, {
    error: 'must be a number above 0 and below a million, such as 1, 0.5 or 1000',
  })
  .transform(Number);

const HOST_NAME = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i;

export const listenerHost = z.string().refine((text) => isIP(text) !== 0 || HOST_NAME.test(text), {
  error: 'must be an address or a host name, without port',
});

export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
  error: 'must be one of fatal, error, warn, info, debug, trace, silent',
});

export const onOff = z.enum(['0', '1'], { error: 'must be 1 or 0' }).transform((text) => text === '1');

/** Something that is not seen: blanks, marks, controls, and U+2800, a pattern of Braille without a dot. */
const ONLY_INVISIBLE = /^[\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u{2800}]*$/u;

export const brandName = z
  .string()
  .regex(/^\P{Control}{1,64}$/u, { error: 'must be 1 to 64 characters on one line', abort: true })
  .refine((text) => !ONLY_INVISIBLE.test(text), { error: 'has no character that can be seen' });

/** Other programs look at other values of it; one that was meant for us must not be passed over. */
export const nodeEnvironment = z
  .string()
  .refine((text) => text === 'production' || text.toLowerCase() !== 'production', {
    error: "must be written as 'production', in small letters",
  });

/** RFC 8414 2 and OIDC Discovery 3: no query, no fragment. Clients compare it as a string, so one spelling is accepted. */
function issuerProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    return 'must be an address such as https://id.example.com';
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a username or password';
  if (/[?#]/.test(text)) return 'must not have a query or a fragment';
  // Pages and endpoints are at fixed paths of the host.
  if (/[^/]/.test(url.pathname)) return `must not have a path: give Latchkey a host of its own, such as ${url.origin}`;
  return text === url.origin ? undefined : `must be written as ${url.origin}`;
}

export const issuer = z.string().superRefine((text, context) => {
  const message = issuerProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** `none` is how to say that there are no entries. */
function listOf<Entry>(parse: (entry: string) => Entry | undefined, form: string, none?: string) {
  return z.string().transform((text, context): readonly Entry[] => {
    if (text === '' || text === none) return Object.freeze([]);
    const entries = text.split(',').map((entry) => parse(entry.trim()));
    entries.forEach((entry, at) => {
      if (entry === undefined) context.addIssue({ code: 'custom', message: `entry ${at + 1} is not ${form}` });
    });
    return Object.freeze(entries.filter((entry) => entry !== undefined));
  });
}

function origin(entry: string): string | undefined {
  const url = URL.parse(entry);
  const isOrigin = url !== null && ['http:', 'https:'].includes(url.protocol) && url.origin === entry;
  return isOrigin ? entry : undefined;
}

export const origins = listOf(origin, 'an origin such as https://app.internal:8443');

export const addressRanges = listOf(parseAddressRange, 'an address or a range such as 10.0.0.0/8 or fd00::/8');

export const trustedProxies = listOf(
  parseAddressRange,
  "'none', or an address or a range such as 10.0.0.0/8 or fd00::/8",
  'none',
);

const KEY_BYTES = 32;
/** 32 random bytes have about 30 different values. */
const LEAST_DISTINCT_BYTES = 16;

export const howToMakeAKey = `node -p "require('node:crypto').randomBytes(32).toString('base64url')"`;

/** True for keys that a person typed or counted up. A random key passes for one less than once in 2^50. */
function looksMade(key: Uint8Array): boolean {
  const isText = key.every((byte) => byte >= 0x20 && byte < 0x7f);
  const isCounted = key.every((byte, at) => at === 0 || byte === ((key[at - 1] ?? 0) + 1) % 256);
  return new Set(key).size < LEAST_DISTINCT_BYTES || isText || isCounted;
}

function keyProblem(text: string, at: number, all: readonly string[]): string | undefined {
  const key = Buffer.from(text, 'base64url');
  const which = `key ${at + 1} of ${all.length}`;
  if (key.byteLength !== KEY_BYTES || key.toString('base64url') !== text) {
    return `${which} is not 32 bytes in base64url (43 characters); make one with: ${howToMakeAKey}`;
  }
  if (looksMade(key)) return `${which} is not random; make one with: ${howToMakeAKey}`;
  return all.indexOf(text) === at ? undefined : `${which} repeats an earlier one`;
}

export const secretKeys = z.string().transform((text, context): readonly Uint8Array[] => {
  const keys = text.split(',').map((key) => key.trim());
  const problems = keys.map(keyProblem).filter((problem) => problem !== undefined);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return Object.freeze(keys.map((key) => Buffer.from(key, 'base64url')));
});

/** RFC 9325 4.2, FAPI 2.0 Security Profile 5.2.1: forward secrecy and authenticated encryption, for either kind of certificate. */
export const recommendedCiphers = [
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':');

/** RFC 8446 B.4: those of TLS 1.3, which all are of that kind. Node turns TLS 1.3 off where none is named. */
const TLS_1_3 = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256';

/**
 * Whole names alone: as OpenSSL reads it, a word, an operator or a level such as ALL@SECLEVEL=0 can add suites without a certificate or
 * without encryption. RFC 9325 4.1 is against RSA key transport and finite-field DH, and ours has no parameters for the latter.
 */
const SUITE = /^(?:ECDHE-(?:ECDSA|RSA)|TLS)[-_](?:AES|CHACHA20)[A-Z\d_-]+$/;

function isSuite(name: string): boolean {
  return SUITE.test(name) && getCiphers().includes(name.toLowerCase());
}

export const tlsCiphers = z
  .string()
  .superRefine((text, context) => {
    const unknown = text.split(':').findIndex((name) => !isSuite(name));
    if (unknown < 0) return;
    const message = `entry ${unknown + 1} is not the name of a suite with ECDHE, or of TLS 1.3, that this Node knows; separate names by ':', without words such as HIGH, operators and levels`;
    context.addIssue({ code: 'custom', message });
  })
  .transform((text) => (/(?:^|:)TLS_/.test(text) ? text : `${text}:${TLS_1_3}`));

export const clientRegistration = z.enum(['off', 'token', 'open'], {
  error: 'must be off, token or open',
});

export const accountRegistration = z.enum(['open', 'approval', 'invited', 'off'], {
  error: 'must be one of open, approval, invited, off',
});

/** As src/domain/roles has them: one that nobody can have would protect nobody. */
const knownRoles = ['admin', 'developer'];

const SECOND_FACTOR_ENTRY = /^(?<kind>role|group):(?<name>\S(?:.*\S)?)$/u;

function holderOf(entry: string): { readonly kind: string; readonly name: string } | undefined {
  const { kind = '', name = '' } = SECOND_FACTOR_ENTRY.exec(entry)?.groups ?? {};
  return name === '' || (kind === 'role' && !knownRoles.includes(name)) ? undefined : { kind, name };
}

const holders = listOf(
  holderOf,
  "'none', 'everybody', role:admin, role:developer, or a group as in group:staff",
  'none',
);

export const secondFactorSetting = z.string().transform((text, context): SecondFactorSetting => {
  if (text === 'everybody') return { isForEverybody: true, roles: [], groups: [] };
  const { data = [], error } = holders.safeParse(text);
  for (const { message } of error?.issues ?? []) context.addIssue({ code: 'custom', message });
  const named = (wanted: string) => data.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  return { isForEverybody: false, roles: named('role'), groups: named('group') };
});

export const onOrOff = z.enum(['on', 'off'], { error: "must be 'on' or 'off'" }).transform((text) => text === 'on');

export const codesBy = z.enum(['off', 'fallback', 'mfa'], { error: 'must be one of off, fallback, mfa' });

export const webhookUrl = z.string().superRefine((text, context) => {
  const url = URL.parse(text);
  const isWritten = url !== null && /^https?:\/\/[\x21-\x7e]+$/i.test(text);
  const isSecure = url?.protocol === 'https:' || isLoopbackHost(url?.hostname ?? '');
  const message =
    !isWritten || !isSecure
      ? 'must be an https address such as https://sms.example.com/codes, or in development http on this machine'
      : 'must not hold a username, a password or a fragment: the signature says whom the request is from';
  if (!isWritten || !isSecure || url.username !== '' || url.password !== '' || text.includes('#'))
    context.addIssue({ code: 'custom', message });
});

const howToMakeAWebhookSecret = `node -p "'whsec_' + require('node:crypto').randomBytes(32).toString('base64')"`;

/** Standard Webhooks 1.0, "Signature scheme"; 24 bytes, which are allowed there, are not taken here. */
export const webhookSecret = z.string().transform((text, context): Uint8Array => {
  const [, encoded = ''] = /^whsec_([A-Za-z\d+/]+={0,2})$/.exec(text) ?? [];
  const secret = Buffer.from(encoded, 'base64');
  const isSecret = secret.toString('base64') === encoded && secret.byteLength >= 32 && secret.byteLength <= 64;
  if (!isSecret || looksMade(secret)) {
    const fault = isSecret ? 'is not random' : "is not 'whsec_' with 32 to 64 bytes in base64";
    context.addIssue({ code: 'custom', message: `${fault}; make one with: ${howToMakeAWebhookSecret}` });
  }
  return secret;
});

// RFC 1123 2.1, RFC 1035 2.3.4.
const DOMAIN = /^(?=.{1,253}$)(?:(?!-)[a-z\d-]{1,63}(?<!-)\.)*(?!-)[a-z\d-]{1,63}(?<!-)$/;

// The URL parser, which decides what IDNA allows, would take others for a path or an escape.
const DOMAIN_CHARACTERS = /^[a-z\d.\-\u{80}-\u{10ffff}]+$/u;

/** In the ASCII form, in which an internationalized domain has one spelling. */
function asciiDomainOf(text: string): string | undefined {
  const lower = text.toLowerCase();
  const ascii = DOMAIN_CHARACTERS.test(lower) ? domainToASCII(lower) : '';
  return DOMAIN.test(ascii) ? ascii : undefined;
}

export const domains = listOf((entry) => asciiDomainOf(entry.replace(/^@/, '')), 'a domain such as example.com');

/** As a link on pages. */
export const webAddress = z.string().refine(
  (text) => {
    const { username, password } = URL.parse(text) ?? { username: 'no address' };
    return /^https?:\/\/[^\s\p{C}"'<>\\]+$/iu.test(text) && username === '' && password === '';
  },
  { error: 'must be an address such as https://example.com/terms', abort: true },
);

/** Beside pages on which people sign in: https, but for a host on this machine. */
export const footerLink = webAddress.refine(
  (text) => {
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || isLoopbackHost(hostname);
  },
  { error: 'must be an https address', when: ({ issues }) => issues.length === 0 },
);

const COLOUR = '#[\\da-f]{6}';
const COLOURS = new RegExp(`^(${COLOUR})(?:\\s*,\\s*(${COLOUR}))?$`);

export const brandColour = z.string().transform((text, context): BrandColours | undefined => {
  const [, light, dark] = COLOURS.exec(text.toLowerCase()) ?? [];
  const found =
    light === undefined
      ? { problems: ['must be a colour such as #0f5a48, or two with a comma between them, for light and dark'] }
      : brandColours(light, dark);
  if (!('problems' in found)) return found;
  for (const message of found.problems) context.addIssue({ code: 'custom', message });
  return undefined;
});

export const termsVersion = z
  .string()
  .regex(/^[\w.-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, dots, hyphens or underscores' });

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function smtpProblem(text: string): string | undefined {
  const url = URL.parse(text);
  // The parser would pass over line breaks.
  if (url === null || !/^smtps?:\/\/[\x21-\x7e]+$/i.test(text)) {
    return 'must be an address such as smtps://user:password@mail.example.com, with special characters of user and password percent-encoded';
  }
  const { hostname, port, username, password, pathname, search, hash } = url;
  if (search !== '' || hash !== '' || text.endsWith('?')) {
    return 'must not have a query or a fragment: there are no options, and ? and # in a password are written %3F and %23';
  }
  const isHost = HOST_NAME.test(hostname) || /^\[[\da-f:.]+\]$/i.test(hostname);
  if (!isHost || port === '0') return 'must name a host, in ASCII, and a port above 0 if any';
  if (!['', '/'].includes(pathname)) return 'must not have a path: a / in a password is written %2F';
  if ((username === '') !== (password === '')) return 'must have user and password, or neither';
  const isReadable = [username, password].every((part) => !/\p{Cc}/u.test(decoded(part) ?? '\0'));
  return isReadable ? undefined : 'has a user or password with characters that are badly percent-encoded, or controls';
}

/** Never shown: it may hold a password. */
export const smtpUrl = z.string().superRefine((text, context) => {
  const message = smtpProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** What ends a name, or begins something else in a header (RFC 5322 3.2.3, RFC 2047 2). */
const SENDER_NAME = /^(?!.*=\?)[^\p{C}\p{Zl}\p{Zp}<>"@,;:\\()[\]]{1,64}$/u;
// RFC 5322 3.2.3: in ASCII, so that every server takes it.
const SENDER_MAILBOX = /^(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?<domain>[^@]+)$/;

/** Its domain as the DNS knows it. */
function senderIn(text: string): string | undefined {
  const { name, bracketed } = /^(?:(?<name>[^<]*\S) +)?<(?<bracketed>[^<>]+)>$/u.exec(text)?.groups ?? {};
  const address = bracketed ?? text;
  const domain = asciiDomainOf(SENDER_MAILBOX.exec(address)?.groups?.domain ?? '');
  if (domain === undefined || (name !== undefined && !SENDER_NAME.test(name))) return undefined;
  const sender = `${address.slice(0, address.lastIndexOf('@'))}@${domain}`;
  return name === undefined ? sender : `${name} <${sender}>`;
}

export const mailFrom = z.string().transform((text, context): string => {
  const sender = senderIn(text);
  if (sender === undefined) {
    const message = 'must be an e-mail address, alone or as in Latchkey <id@example.com>';
    context.addIssue({ code: 'custom', message });
  }
  return sender ?? text;
});
