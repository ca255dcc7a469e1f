/**
 * The code that a client can be started with. Files are shown as they are in examples/snippets: what belongs to the client goes into
 * the lines of the shell beside them alone, so that no value has to be quoted for a dozen languages.
 */
import type { ClientPayload } from '../../provider/interactions.ts';
import type { RegisteredClient } from '../../storage/records/clients.ts';
import { clientPath } from './paths.ts';
import { type Snippet, type SnippetFile, snippetFiles, snippets } from './snippets.ts';

export const SECRET_PLACEHOLDER = 'put the client secret here';
const API_PLACEHOLDER = 'https://api.example.com/';
const DEFAULT_PORT = '4000';
const DEFAULT_SCOPES = ['openid', 'profile', 'email'] as const;

export interface ReadyCodeOf {
  readonly client: ClientPayload;
  readonly issuer: string;
  /** The API that its tokens are for, with what it may be asked for. */
  readonly api?: { readonly identifier: string; readonly scopes: readonly string[] } | undefined;
  /** Only where it was made a moment ago: what is stored is a hash. */
  readonly secret?: string | undefined;
}

export interface Program {
  readonly name: string;
  readonly title: string;
  /** What is entered in a shell. */
  readonly commands: string;
  readonly files: readonly SnippetFile[];
  /** A redirect URI that the client lacks and the program sends. */
  readonly lacks: string | undefined;
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** Undefined for a client that none of our programs can run as: a native app, or a client that authenticates with a key. */
function kindOf(client: ClientPayload): Snippet['kind'] | undefined {
  const {
    grant_types: grantTypes = ['authorization_code'],
    token_endpoint_auth_method: method = 'client_secret_basic',
  } = client;
  if (!list(grantTypes).includes('authorization_code'))
    return list(grantTypes).includes('client_credentials') ? 'api' : undefined;
  if (client.application_type === 'native') return undefined;
  if (method === 'none') return 'browser';
  return method === 'client_secret_basic' || method === 'client_secret_post' ? 'web' : undefined;
}

interface Redirect {
  readonly uri: string;
  readonly isRegistered: boolean;
}

/** Of those that are registered, one that the program can take. */
function redirectOf({ callbackPath }: Snippet, client: ClientPayload): Redirect | undefined {
  const registered = list(client.redirect_uris).filter((uri) => /^https?:/i.test(uri) && URL.canParse(uri));
  // Libraries take the query off before they compare.
  const fitting = registered.filter((uri) => !uri.includes('?'));
  const [first] = fitting;
  if (callbackPath === undefined) return first === undefined ? undefined : { uri: first, isRegistered: true };
  const found = fitting.find((uri) => new URL(uri).pathname === callbackPath);
  const [any] = registered;
  if (found !== undefined) return { uri: found, isRegistered: true };
  return any === undefined ? undefined : { uri: `${new URL(any).origin}${callbackPath}`, isRegistered: false };
}

/** Where the program listens. Behind anything but plain http there is a proxy. */
function portOf(uri: string): string {
  const { protocol, port } = new URL(uri);
  if (protocol === 'https:') return DEFAULT_PORT;
  return port === '' ? '80' : port;
}

function scopesOf({ scopes = [] }: Snippet, { scope }: ClientPayload, api: ReadyCodeOf['api']): readonly string[] {
  if (typeof scope === 'string' && scope.trim() !== '') return scope.trim().split(/\s+/);
  return [...new Set([...DEFAULT_SCOPES, ...scopes, ...(api?.scopes ?? [])])];
}

export type Settings = Readonly<Record<string, string>>;

/** What the program reads from its environment. */
function settingsOf(snippet: Snippet, uri: string | undefined, of: ReadyCodeOf): Settings {
  const { client, issuer, secret } = of;
  if (uri === undefined) return { ISSUER: issuer, RESOURCE: of.api?.identifier ?? API_PLACEHOLDER, PORT: DEFAULT_PORT };
  const api = snippet.namesNoApi ? undefined : of.api;
  const [afterwards] = list(client.post_logout_redirect_uris);
  return {
    ISSUER: issuer,
    CLIENT_ID: String(client.client_id),
    ...(snippet.kind === 'web' && { CLIENT_SECRET: secret ?? SECRET_PLACEHOLDER }),
    REDIRECT_URI: uri,
    ...(afterwards !== undefined && { POST_LOGOUT_REDIRECT_URI: afterwards }),
    SCOPE: scopesOf(snippet, client, api).join(snippet.scopeSeparator ?? ' '),
    ...(api !== undefined && { API: api.identifier }),
    PORT: portOf(uri),
  };
}

/** For whoever starts one by itself. */
export function settingsOfProgram(name: string, of: ReadyCodeOf): Settings {
  const snippet: Snippet | undefined = snippets.find((one) => one.name === name);
  if (snippet === undefined) throw new Error(`there is no program ${name}`);
  return settingsOf(snippet, redirectOf(snippet, of.client)?.uri, of);
}

/** POSIX 2.2.2: within single quotes nothing has a meaning but the quote itself. A line break would be a line of its own to read. */
function quoted(value: string): string {
  return `'${value.replace(/\p{Cc}/gu, '').replaceAll("'", String.raw`'\''`)}'`;
}

function commandsOf({ install, start, own }: Snippet, settings: Settings): string {
  const exports = Object.entries(settings).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const made = own === undefined ? [] : [`export ${own.name}="$(${own.command})"`];
  return `${[...install, ...exports, ...made, start].join('\n')}\n`;
}

/** For the programs that fit the client, the most usual first; none for a native app, or for one that proves itself by a key. */
export function programsFor(of: ReadyCodeOf): readonly Program[] {
  const { client } = of;
  const kind = kindOf(client);
  const fitting: readonly Snippet[] = snippets.filter((snippet: Snippet) => snippet.kind === kind);
  return fitting.flatMap((snippet) => {
    if (snippet.needsNoPkce && client.require_pkce !== false) return [];
    const redirect = redirectOf(snippet, client);
    if (redirect === undefined && kind !== 'api') return [];
    const { name, title } = snippet;
    const commands = commandsOf(snippet, settingsOf(snippet, redirect?.uri, of));
    const lacks = redirect?.isRegistered === false ? redirect.uri : undefined;
    return [{ name, title, commands, files: snippetFiles.get(name) ?? [], lacks }];
  });
}

export interface ReadyCode {
  /** Of those that fit, each with a link to where it is shown. */
  readonly choices: readonly { readonly title: string; readonly href: string; readonly isShown: boolean }[];
  readonly program: Program;
  readonly hasSecret: boolean;
  /** Whether the secret is in the commands. */
  readonly isFilled: boolean;
}

/** One at a time: all of them would be a heavy page. Undefined where there is none for a client of this kind. */
export function readyCodeOf(
  { id, metadata }: Pick<RegisteredClient, 'id' | 'metadata'>,
  { chosen, ...of }: Omit<ReadyCodeOf, 'client'> & { readonly chosen?: unknown },
): ReadyCode | undefined {
  const programs = programsFor({ ...of, client: { ...metadata, client_id: id } });
  const program = programs.find(({ name }) => name === chosen) ?? programs[0];
  if (program === undefined) return undefined;
  const choices = programs.map(({ name, title }) => ({
    title,
    href: `${clientPath(id)}?${new URLSearchParams({ program: name })}#ready-code`,
    isShown: name === program.name,
  }));
  const hasSecret = /^export CLIENT_SECRET=/m.test(program.commands);
  return { choices, program, hasSecret, isFilled: of.secret !== undefined };
}
