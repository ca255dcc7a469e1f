/** Parses the issuer identifier and tells from it which mode the installation runs in. */
import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import type { AddressRange, Mode } from './config.ts';

// RFC 8414 2 and OpenID Connect Discovery 3: an issuer has no query and no fragment. Clients compare it character by
// character, so there is one accepted spelling.
export const issuer = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    return refuse('must be an address such as https://id.example.com');
  }
  if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password');
  if (/[?#]/.test(text)) return refuse('must not have a query or a fragment');
  // Everything is served from the root of the host: under a path neither pages nor endpoints would be found.
  if (/[^/]/.test(url.pathname))
    return refuse(`must not have a path: give Latchkey a host of its own, such as ${url.origin}`);
  if (text !== url.origin) return refuse(`must be written as ${url.origin}`);
  return url.origin;
});

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

/** An issuer that could not be read counts as production: a typing error must not switch safety off. */
export function modeOf(issuerText: string | undefined, nodeEnvironment: string | undefined): Mode {
  const url = issuerText === undefined ? null : URL.parse(issuerText);
  const isLocal = url?.protocol === 'http:' && isLoopbackHost(url.hostname);
  return isLocal && nodeEnvironment !== 'production' ? 'development' : 'production';
}

function isOrigin(entry: string): boolean {
  const url = URL.parse(entry);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.origin === entry;
}

export const origins = z.string().transform((text, context): readonly string[] => {
  const entries = text.split(',').map((entry) => entry.trim());
  entries.forEach((entry, at) => {
    if (isOrigin(entry)) return;
    context.addIssue({ code: 'custom', message: `entry ${at + 1} is not an origin such as https://app.internal:8443` });
  });
  return Object.freeze(entries);
});

const MONGODB = /^mongodb(?:\+srv)?:\/\/[^\s/?#]+(?:[/?][^\s]*)?$/;

const forms = 'mongodb://host/database, mongodb+srv://host/database, sqlite:./path/file.db or sqlite::memory:';

export const mongodbUrl = z
  .string()
  .regex(MONGODB, { error: 'must look like mongodb://host/database or mongodb+srv://host/database' });

export const storageUrl = z.string().refine(
  (text) => {
    if (!text.startsWith('sqlite:')) return MONGODB.test(text);
    const path = text.slice('sqlite:'.length);
    // `sqlite://` and `file:` are URI forms that SQLite or a reader would take for something else than a path.
    return path.trim() !== '' && !path.startsWith('//') && !path.startsWith('file:');
  },
  { error: `must be one of ${forms}` },
);

export function isInMemory(url: string): boolean {
  return url === 'sqlite::memory:';
}

/** A prefix of 0 would let anybody claim any address. */
function addressRange(entry: string): AddressRange | undefined {
  const [address = '', prefixText, ...rest] = entry.split('/');
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  const prefix = Number(prefixText ?? bits);
  if (version === 0 || rest.length > 0 || !/^[1-9]\d{0,2}$/.test(prefixText ?? '1') || prefix > bits) return undefined;
  return { address, prefix, family: version === 6 ? 'ipv6' : 'ipv4' };
}

export const trustedProxies = z.string().transform((text, context): readonly AddressRange[] => {
  const ranges = text.split(',').map((entry) => addressRange(entry.trim()));
  ranges.forEach((range, at) => {
    if (range !== undefined) return;
    const message = `entry ${at + 1} is not an address or a range such as 10.0.0.0/8 or fd00::/8`;
    context.addIssue({ code: 'custom', message });
  });
  return Object.freeze(ranges.filter((range) => range !== undefined));
});

const KEY_BYTES = 32;
/** 32 random bytes hold about 30 different values; fewer than this is somebody's pattern. */
const LEAST_DISTINCT_BYTES = 16;

export const howToMakeAKey = `node -p "require('node:crypto').randomBytes(32).toString('base64url')"`;

/** True for keys that were typed or counted rather than drawn. A random key fails this less than once in 2^50. */
function looksMade(key: Uint8Array): boolean {
  const isText = key.every((byte) => byte >= 0x20 && byte < 0x7f);
  const isCounted = key.every((byte, at) => at === 0 || byte === ((key[at - 1] ?? 0) + 1) % 256);
  return new Set(key).size < LEAST_DISTINCT_BYTES || isText || isCounted;
}

function problemOf(text: string, at: number, all: readonly string[]): string | undefined {
  const key = Buffer.from(text, 'base64url');
  const which = `key ${at + 1} of ${all.length}`;
  if (key.byteLength !== KEY_BYTES || key.toString('base64url') !== text) {
    return `${which} is not 32 bytes in base64url (43 characters); make one with: ${howToMakeAKey}`;
  }
  if (looksMade(key)) return `${which} is not random; make one with: ${howToMakeAKey}`;
  if (all.indexOf(text) !== at) return `${which} repeats an earlier one`;
  return undefined;
}

export const secretKeys = z.string().transform((text, context): readonly Uint8Array[] => {
  const parts = text.split(',').map((part) => part.trim());
  const problems = parts.map(problemOf).filter((problem) => problem !== undefined);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return problems.length > 0 ? z.NEVER : Object.freeze(parts.map((part) => Buffer.from(part, 'base64url')));
});
