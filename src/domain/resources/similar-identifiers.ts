/**
 * Identifiers that name the same address for people and libraries, and two audiences for us: an identifier counts as it is written
 * (RFC 8707 2, RFC 9068 4). Nothing is accepted by this: it only explains a mistake.
 */
import { everyItem } from '../../storage/records/every-item.ts';
import type { ResourceStore } from '../../storage/records/resources.ts';
import { MAX_IDENTIFIER_CHARACTERS } from './resources.ts';

/** RFC 3986 2.3 */
const UNRESERVED = /^[\w.~-]$/;

/** RFC 3986 6.2.2.1 and 6.2.2.2 */
function withOneEscape(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : escaped.toUpperCase();
  });
}

function withoutSlashesAtEnd(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/**
 * The same for all identifiers that differ in nothing but spelling (RFC 3986 6.2) or in slashes at the end. Undefined for what
 * no resource can be registered with: strangers send such texts, and of any length.
 */
export function spellingOf(identifier: string): string | undefined {
  const uri = identifier.length > MAX_IDENTIFIER_CHARACTERS ? null : URL.parse(identifier);
  if (uri === null) return undefined;
  // What is no web address is kept by URL as it was written.
  const authority = `${uri.username}:${uri.password}@${uri.host.toLowerCase()}`;
  const pathname = uri.protocol === 'urn:' ? uri.pathname.replace(/^[^:]*/, (nid) => nid.toLowerCase()) : uri.pathname;
  return [uri.protocol, authority, withoutSlashesAtEnd(withOneEscape(pathname)), withOneEscape(uri.search)].join(' ');
}

/** All identifiers that are registered, by their spelling. */
export type IdentifiersBySpelling = ReadonlyMap<string, readonly string[]>;

export async function identifiersBySpelling(resources: Pick<ResourceStore, 'list'>): Promise<IdentifiersBySpelling> {
  const identifiers: string[] = [];
  for await (const { identifier } of everyItem((page) => resources.list(page))) identifiers.push(identifier);
  return Map.groupBy(identifiers, (identifier) => spellingOf(identifier) ?? identifier);
}

/** Those that are registered in another spelling. */
export function similarIdentifiers(identifier: string, known: IdentifiersBySpelling): readonly string[] {
  const spelling = spellingOf(identifier);
  if (spelling === undefined) return [];
  return (known.get(spelling) ?? []).filter((other) => other !== identifier);
}

/** The end of a sentence. A blank keeps the question mark out of the identifier. */
export function identifierHint(meant: string): string {
  return `; did you mean ${meant} ? An identifier counts as it is written`;
}
