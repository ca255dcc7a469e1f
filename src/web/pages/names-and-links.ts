/** Makes names and links that apps and users chose safe to show. */
import type { Context } from 'koa';
import { hasVisibleCharacter } from '../../domain/visible-text.ts';
import type { ClientPayload, OidcContext } from '../../provider/interactions.ts';
import { payloadOf } from '../../provider/metadata-documents/client-finder.ts';
import { allowImagesFrom } from '../middleware/security-headers.ts';
import { dictionaryOf, type Language } from './language.ts';

const MAX_CHARACTERS = 60;

// Controls, invisible characters, and those that change the direction of the text around them (Unicode TR 36 2.9). Joiners and
// variation selectors stay: Persian, Indic, Mongolian and Japanese names are written with them.
const disguises =
  /[[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800\ufff9-\ufffb]--[\p{Join_Control}\p{Variation_Selector}]]+/gv;

/** On one line; empty if nothing of it is visible. */
export function shownText(text: string): string {
  const line = text.replace(disguises, ' ').replace(/\s+/g, ' ').trim();
  return hasVisibleCharacter(line) ? line : '';
}

/** Of bounded length. */
export function shownName(name: string): string {
  const characters = Array.from(shownText(name));
  if (characters.length <= MAX_CHARACTERS) return characters.join('');
  return `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`;
}

/** The letter that stands for an app without a logo, or for a user. */
function initialOf(name: string): string {
  return Array.from(name).find(hasVisibleCharacter)?.toLocaleUpperCase() ?? '?';
}

export function webLink(address: string | undefined): string | undefined {
  const url = address === undefined ? null : URL.parse(address);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

export function appTile(clientName: string, logoUri: string | undefined) {
  const name = shownName(clientName);
  return { name, logoUrl: webLink(logoUri), initial: initialOf(name) };
}

/** Who is signed in. */
export function accountTile({ email, name = '' }: { readonly email: string; readonly name?: string | undefined }) {
  const shown = { email: shownText(email), name: shownName(name) };
  return { ...shown, initial: initialOf(shown.name || shown.email) };
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && hasVisibleCharacter(value) ? value : undefined;

/** RFC 7591 2.2: what the client says in the language of the page stands in place of what it says in none. */
export function inLanguage(client: ClientPayload, language: string): ClientPayload {
  const tag = `#${language}`;
  const tagged = Object.entries(client).filter(([name]) => name.endsWith(tag));
  return { ...client, ...Object.fromEntries(tagged.map(([name, value]) => [name.slice(0, -tag.length), value])) };
}

/** Of the client of a page of oidc-provider. */
export function shownClientName({ oidc }: OidcContext, language: Language): string | undefined {
  if (oidc.client === undefined) return undefined;
  const client = inLanguage(payloadOf(oidc.client), language);
  return shownHost(client) ?? text(client.client_name);
}

/**
 * What stands for the name of a client that is known by a metadata document: anybody can write any name there. Of a long host the end
 * is shown, for that says whose it is.
 */
function shownHost({ document_host: host }: ClientPayload): string | undefined {
  if (typeof host !== 'string') return undefined;
  return host.length <= MAX_CHARACTERS ? host : `…${host.slice(1 - MAX_CHARACTERS)}`;
}

export function clientName(client: ClientPayload): string {
  return shownHost(client) ?? text(client.client_name) ?? text(client.client_id) ?? '';
}

/** Marks that end a quotation, or look so: but for an apostrophe inside of a word. */
const QUOTES = /(?<!\p{L})['’]|['’](?!\p{L})|(?!['’])[\p{Pi}\p{Pf}\p{Quotation_Mark}`´ˊˋ˝ʹʺʻʼʽʾʿˈˮ՚՛׳״′-‷⁗❛-❠〃]/gu;

/** What it calls itself where that is not its name; without marks that would end the quotation. */
export function nameInQuotes(client: ClientPayload): string {
  if (shownHost(client) === undefined) return '';
  return shownName((text(client.client_name) ?? '').replace(QUOTES, ' '));
}

/** It registered itself, without a token: its name, its logo and its addresses could be those of another. */
export const isUnvouched = (client: ClientPayload): boolean => client.is_unvouched === true;

/** What a document says of itself leads to its own host, by whose name it is called, or nowhere. What nobody vouches for leads nowhere. */
export function ownLink(client: ClientPayload, address: unknown): string | undefined {
  if (isUnvouched(client)) return undefined;
  const link = text(address);
  const { document_host: host } = client;
  return typeof host !== 'string' || URL.parse(link ?? '')?.host === host ? link : undefined;
}

/** Whose app it is, by an administrator's word (OpenID Federation 1.0, 5.2.2). */
export function ownerName(client: ClientPayload): string | undefined {
  return text(client.organization_name);
}

/**
 * The app's logo, if the security headers can make room for its address. None of a metadata document, or of an app that nobody vouches
 * for: it could be that of another.
 */
export function shownLogo(ctx: Pick<Context, 'response' | 'set'>, client: ClientPayload): string | undefined {
  const logo = shownHost(client) === undefined && !isUnvouched(client) ? text(client.logo_uri) : undefined;
  return logo !== undefined && allowImagesFrom(ctx, logo) ? logo : undefined;
}

export interface BackTo {
  readonly name: string;
  readonly href: string;
}

/** What may be said by us alone: an app cannot register an answer to it. */
const initiationParameters: ReadonlySet<string> = new Set(['iss', 'login_hint', 'target_link_uri']);

/**
 * Where the app lets a sign-in begin (OIDC Core 4), with the issuer. What the app registered stays letter by letter. It is told of
 * nobody: who has a session here needs no hint, and an e-mail address has no place in an address. Nor is it told where to lead
 * afterwards: that would have come from outside.
 */
export function initiatedSignIn(client: ClientPayload, issuer: string): string | undefined {
  const registered = ownLink(client, client.initiate_login_uri);
  if (registered === undefined || webLink(registered) === undefined) return undefined;
  const [address = '', ...rest] = registered.split('?');
  const query = rest.join('?').split('&');
  const isOfApp = (pair: string): boolean =>
    pair !== '' && Array.from(new URLSearchParams(pair).keys()).every((name) => !initiationParameters.has(name));
  return `${address}?${[...query.filter(isOfApp), `iss=${encodeURIComponent(issuer)}`].join('&')}`;
}

/** Where a user goes whose sign-in cannot go on here: where the app lets one begin, else its own page. */
export function wayBackTo(
  registered: ClientPayload | undefined,
  issuer: string,
  language: Language,
): BackTo | undefined {
  if (registered === undefined) return undefined;
  const client = inLanguage(registered, language);
  const name = clientName(client);
  const initiated = initiatedSignIn(client, issuer);
  if (initiated !== undefined) return { name, href: initiated };
  const home = ownLink(client, client.client_uri);
  return home === undefined ? undefined : { name, href: home };
}

/** After signing out an app's own page comes first: where it lets a sign-in begin, the next one would. */
export function wayBackSignedOut(registered: ClientPayload, issuer: string, language: Language): BackTo | undefined {
  const client = inLanguage(registered, language);
  const home = ownLink(client, client.client_uri);
  return home === undefined ? wayBackTo(client, issuer, language) : { name: clientName(client), href: home };
}

/** For who came from nowhere that is known: the page at the issuer's own address. */
export function wayToStart(language: Language) {
  return { start: { href: '/', label: dictionaryOf(language).toStart } };
}

/** What the view `layout/way-back` shows: a link, or the advice to go back by hand. */
export function wayBack(language: Language, backTo: BackTo | undefined) {
  const words = dictionaryOf(language);
  const href = webLink(backTo?.href);
  if (backTo === undefined || href === undefined) return { backHint: words.backByHand };
  return { back: { href, label: words.backTo(shownName(backTo.name)) } };
}
