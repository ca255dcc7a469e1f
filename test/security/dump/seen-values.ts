/** Reads every value out of what went over the wire, each with the name it went by. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from './wire-tap.ts';

export interface SeenValue {
  readonly name: string;
  readonly value: string;
}

/** Interaction and resume addresses hold a uid; routes have shorter words. */
const SHORTEST_UID = 30;

const unescapeHtml = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

function fromAddress(address: string): SeenValue[] {
  const url = URL.parse(address, 'http://localhost');
  if (url === null) return [];
  const segments = url.pathname.split('/').filter((segment) => segment.length >= SHORTEST_UID);
  return [
    ...segments.map((value) => ({ name: 'path', value: decodeURIComponent(value) })),
    ...Array.from(url.searchParams, ([name, value]) => ({ name, value })),
  ];
}

function fromJson(value: unknown, name: string): SeenValue[] {
  if (typeof value === 'string') return [{ name, value }];
  if (Array.isArray(value)) return value.flatMap((item) => fromJson(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, inner]) => fromJson(inner, member));
}

function fromHtml(html: string): SeenValue[] {
  const attribute = (tag: string, name: string): string =>
    unescapeHtml(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const inputs = Array.from(html.matchAll(/<input[^>]*>/g), ([tag]) => ({
    name: attribute(tag, 'name'),
    value: attribute(tag, 'value'),
  }));
  const addresses = Array.from(html.matchAll(/\s(?:href|action)="([^"]*)"/g), ([, address = '']) => address);
  return [...inputs, ...addresses.flatMap((address) => fromAddress(unescapeHtml(address)))];
}

function fromBody({ headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: string }): SeenValue[] {
  const type = headers['content-type'] ?? '';
  if (body === '') return [];
  if (type.includes('x-www-form-urlencoded')) {
    return Array.from(new URLSearchParams(body), ([name, value]) => ({ name, value }));
  }
  if (type.includes('json')) return fromJson(JSON.parse(body), '');
  return type.includes('html') ? fromHtml(body) : [];
}

function fromCookies(text: string): SeenValue[] {
  return Array.from(text.matchAll(/(?:^|; )([\w.-]+)=([^;]*)/g), ([, , value = '']) => ({ name: 'cookie', value }));
}

function fromAuthorization(header: string): SeenValue[] {
  const [scheme = '', credentials = ''] = header.split(' ');
  if (scheme !== 'Basic') return [{ name: 'authorization', value: credentials }];
  // The client's id stands in front of it, and is no secret.
  const [, secret = ''] = Buffer.from(credentials, 'base64').toString().split(':');
  return [{ name: 'client_secret', value: decodeURIComponent(secret) }];
}

function fromHeaders({ authorization, cookie, dpop, location, ...headers }: IncomingHttpHeaders): SeenValue[] {
  const nonce = headers['dpop-nonce'];
  return [
    ...(authorization === undefined ? [] : fromAuthorization(authorization)),
    ...fromCookies(cookie ?? ''),
    ...(headers['set-cookie'] ?? []).flatMap((set) => fromCookies(set.split(';')[0] ?? '')),
    ...(typeof dpop === 'string' ? [{ name: 'dpop', value: dpop }] : []),
    ...(typeof nonce === 'string' ? [{ name: 'dpop-nonce', value: nonce }] : []),
    ...(cookie === undefined ? [] : [{ name: 'user-agent', value: headers['user-agent'] ?? '' }]),
    ...(location === undefined ? [] : fromAddress(location)),
  ];
}

/** These say the same to everybody. */
const isPublicDocument = (url: string): boolean => /^\/(?:\.well-known\/|jwks|assets\/)/.test(url);

export function valuesIn(exchanges: readonly Exchange[]): SeenValue[] {
  const seen = exchanges
    .filter(({ url }) => !isPublicDocument(url))
    .flatMap(({ url, request, response }) => [
      ...fromAddress(url),
      ...[request, response].flatMap((message) => [...fromHeaders(message.headers), ...fromBody(message)]),
    ]);
  return seen.filter(({ value }) => value !== '');
}
