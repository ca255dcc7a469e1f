/** Which URIs a client may register: https, http on a loopback host, the schemes of native apps, each as browsers write it. */
import { isPrivateUseScheme, schemeProblem } from './schemes.ts';

export type UriProblemCode =
  | 'uri_user'
  | 'uri_too_long'
  | 'uri_characters'
  | 'uri_not_absolute'
  | 'uri_fragment'
  | 'uri_not_https'
  | 'uri_scheme'
  | 'uri_host'
  | 'uri_port'
  | 'uri_spelling'
  | 'uri_path'
  | 'uri_parameters'
  | 'uri_no_origin';

export interface UriProblem {
  readonly code: UriProblemCode;
  readonly text: string;
}

export interface UriRules {
  /** RFC 8252 7.3: for native apps, and for any app of a development installation. */
  readonly allowsLoopbackHttp: boolean;
  readonly isLoopbackHost: (hostname: string) => boolean;
  /** RFC 8252 7.1: for native apps. */
  readonly allowsPrivateScheme: boolean;
  /** Of a native app, without a dot, by an administrator's word. */
  readonly allowedSchemes: readonly string[];
}

const MAX_CHARACTERS = 2000;
const MAX_HOST_CHARACTERS = 253;
const MAX_SHOWN_CHARACTERS = 200;

/** RFC 3986 appendix B, after which a browser reads what is left out or doubled in its own way. */
const PARTS = /^([^:/?#]+):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/;

/** IPv4-mapped, IPv4-compatible and translated addresses (RFC 4291 2.5.5, RFC 6052 2.1, RFC 8215). */
const IPV4_IN_IPV6 = /^\[(?:::ffff:|::[\da-f]+:[\da-f]+\]$|64:ff9b:)/;

/** RFC 3986 2, but for the asterisk: compared as exact strings, a pattern would match nothing (RFC 9700 2.1). */
const CHARACTERS = /^(?:[\w.~:/?#[\]@!$&'()+,;=-]|%[\da-f]{2})*$/i;

/** What an app redeems, or tells answers by (RFC 6749 4.1.2, RFC 9207 2): beside an error it would find its own. */
const answerParameters: ReadonlySet<string> = new Set(['code', 'state', 'iss', 'id_token', 'access_token']);

/** Of the pages inside of native apps: Capacitor and Ionic serve them from the device itself, on iOS and on Android. */
export const appOrigins: readonly string[] = [
  ...['capacitor://localhost', 'ionic://localhost', 'http://localhost', 'https://localhost'],
];

/** With every character that one could not see, or take for another one, written out. */
export function shownUri(uri: string): string {
  const escaped = Array.from(uri.slice(0, MAX_SHOWN_CHARACTERS), (character) =>
    /[\x20-\x7e]/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  ).join('');
  return uri.length > MAX_SHOWN_CHARACTERS ? `${escaped}...` : escaped;
}

/** RFC 3986 7.5, 7.6: it gives a secret away, or makes people take the name for the host. An empty one is no better. */
function hasUser(uri: string): boolean {
  const { username = '', password = '' } = URL.parse(uri) ?? {};
  return username !== '' || password !== '' || /^[^/\\?#]*[/\\]{2,}[^/\\?#]*@/.test(uri);
}

const decoded = (text: string): string =>
  text.replace(/%([0-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

type Parsed = Readonly<Pick<URL, 'protocol' | 'hostname' | 'host' | 'href'>>;

function hostProblem(uri: string, authority: string, { hostname, host, href }: Parsed): UriProblem | undefined {
  const port = /:(\d*)$/.exec(authority)?.[1];
  if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65_535 && !port.startsWith('0')))
    return { code: 'uri_port', text: `${shownUri(uri)} must have a port from 1 to 65535, or none` };
  // Each a second way to write an address, which a filter may not know.
  const isDisguised = authority.includes('%') || IPV4_IN_IPV6.test(hostname) || /(?:^|\.)\.|\.$/.test(hostname);
  if (isDisguised || hostname.length > MAX_HOST_CHARACTERS)
    return { code: 'uri_host', text: `${shownUri(uri)} must have the plain name or address of a host` };
  // Browsers leave the usual port out, and an app may name it.
  if (authority === host || authority === `${hostname}:${port}`) return undefined;
  return { code: 'uri_spelling', text: `${shownUri(uri)} must be written as browsers read it: ${shownUri(href)}` };
}

/** What a browser, or a server behind it, would read in another way than whoever looked at the URI. */
function disguiseProblem(uri: string, parsed: Parsed, path: string): UriProblem | undefined {
  // RFC 9110 4.2.3: nothing else in place of the two slashes, and the scheme in lower case.
  const [, scheme = '', authority] = PARTS.exec(uri) ?? [];
  if (`${scheme}:` !== parsed.protocol || (isWebAddress(uri) && !authority))
    return {
      code: 'uri_spelling',
      text: `${shownUri(uri)} must be written as browsers read it: ${shownUri(parsed.href)}`,
    };
  const twice = decoded(decoded(path));
  // RFC 3986 6.2.2.3, encoded once or twice too.
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(twice))
    return { code: 'uri_path', text: `${shownUri(uri)} must hold no . or .. between slashes` };
  return authority === undefined || authority === '' ? undefined : hostProblem(uri, authority, parsed);
}

function charactersProblem(uri: string): UriProblem | undefined {
  // Encoded too: a server that decodes them reads another path, or a line of a header.
  if (CHARACTERS.test(uri) && !/[\\\p{Cc}]/u.test(decoded(decoded(uri)))) return undefined;
  const text = `${shownUri(uri)} must hold no spaces, backslashes or wildcards, and else what RFC 3986 allows: the rest is percent-encoded, or as punycode in the name of a host`;
  return { code: 'uri_characters', text };
}

function usedSchemeProblem(uri: string, { protocol, hostname }: Parsed, rules: UriRules): UriProblem | undefined {
  if (protocol === 'https:') return undefined;
  const mustBeSecure: UriProblem = { code: 'uri_not_https', text: `${shownUri(uri)} must use https` };
  if (protocol === 'http:')
    return rules.allowsLoopbackHttp && rules.isLoopbackHost(hostname) ? undefined : mustBeSecure;
  if (!rules.allowsPrivateScheme) return mustBeSecure;
  const scheme = protocol.slice(0, -1);
  const isAllowed = rules.allowedSchemes.includes(scheme) && schemeProblem(scheme) === undefined;
  // RFC 8252 8.4: a scheme is a reversed domain name of the app's owner, and javascript: and its like have no dot.
  if (isPrivateUseScheme(scheme) || isAllowed) return undefined;
  return { code: 'uri_scheme', text: `${shownUri(uri)} must use https, or a scheme like com.example.app` };
}

/** What every URI of a client is held to, a link that people follow too. */
function writtenProblem(uri: string): UriProblem | undefined {
  if (hasUser(uri)) return { code: 'uri_user', text: 'no user or password in a URI' };
  if (uri.length > MAX_CHARACTERS)
    return { code: 'uri_too_long', text: `${shownUri(uri)} must have at most ${MAX_CHARACTERS} characters` };
  if (URL.parse(uri) === null && CHARACTERS.test(uri))
    return { code: 'uri_not_absolute', text: `${shownUri(uri)} is not an absolute URI` };
  return charactersProblem(uri);
}

/** What is wrong with the URI, or undefined. */
export function uriProblem(uri: string, rules: UriRules): UriProblem | undefined {
  const asWritten = writtenProblem(uri);
  const parsed = URL.parse(uri);
  if (asWritten !== undefined || parsed === null) return asWritten;
  // RFC 6749 3.1.2
  if (uri.includes('#')) return { code: 'uri_fragment', text: `${shownUri(uri)} must hold no fragment` };
  return usedSchemeProblem(uri, parsed, rules) ?? disguiseProblem(uri, parsed, PARTS.exec(uri)?.[3] ?? '');
}

/** Of one to which answers are sent. */
export function answerParameterProblem(uri: string): UriProblem | undefined {
  const taken = [...new URLSearchParams(PARTS.exec(uri)?.[4] ?? '').keys()].find((name) => answerParameters.has(name));
  if (taken === undefined) return undefined;
  return { code: 'uri_parameters', text: `${shownUri(uri)} must hold no parameter ${taken}: it belongs to the answer` };
}

/** http or https. */
export const isWebAddress = (uri: string): boolean => /^https?:$/.test(URL.parse(uri)?.protocol ?? '');

/** Of one that people follow: http and a fragment do no harm there. */
export function linkProblem(uri: string): UriProblem | undefined {
  const asWritten = writtenProblem(uri);
  const parsed = URL.parse(uri);
  if (asWritten !== undefined || parsed === null) return asWritten;
  if (!isWebAddress(uri)) return { code: 'uri_not_https', text: `${shownUri(uri)} must be an address of the web` };
  return disguiseProblem(uri, parsed, '');
}

export function originProblem(origin: string, rules: UriRules): UriProblem | undefined {
  if (rules.allowsPrivateScheme && appOrigins.includes(origin)) return undefined;
  const problem = uriProblem(origin, rules);
  if (problem !== undefined) return problem;
  if (URL.parse(origin)?.origin === origin) return undefined;
  return { code: 'uri_no_origin', text: `${shownUri(origin)} is not an origin like https://app.example` };
}
