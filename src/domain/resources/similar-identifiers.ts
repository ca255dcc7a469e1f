/**
 * Identifiers that people and libraries take for the same address. Here they are two audiences, because identifiers are compared
 * character by character (RFC 8707 2, RFC 9068 4). Nothing is accepted because of this: it only explains a mistake.
 */
import type { Resource, ResourceStore } from '../../storage/records/resources.ts';

const PAGE = 500;
/** RFC 3986 2.3 */
const UNRESERVED = /^[\w.~-]$/;

/** RFC 3986 6.2.2.1 and 6.2.2.2 */
function withOneEscape(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : escaped.toUpperCase();
  });
}

/** The same for all identifiers that differ only in spelling (RFC 3986 6.2) or in slashes at the end. */
function spellingOf(identifier: string): string | undefined {
  const uri = URL.parse(identifier);
  if (uri === null) return undefined;
  // URL leaves the host of anything but a web address as it was written.
  const authority = `${uri.username}:${uri.password}@${uri.host.toLowerCase()}`;
  const pathname = uri.protocol === 'urn:' ? uri.pathname.replace(/^[^:]*/, (nid) => nid.toLowerCase()) : uri.pathname;
  return [uri.protocol, authority, withOneEscape(pathname).replace(/\/+$/, ''), withOneEscape(uri.search)].join(' ');
}

export function differsOnlyInSpelling(one: string, other: string): boolean {
  const spelling = spellingOf(one);
  return one !== other && spelling !== undefined && spelling === spellingOf(other);
}

export async function allIdentifiers(resources: Pick<ResourceStore, 'list'>): Promise<readonly string[]> {
  const identifiers: string[] = [];
  let after: string | null = null;
  do {
    const { items, next }: { items: readonly Resource[]; next: string | null } = await resources.list({
      limit: PAGE,
      ...(after !== null && { after }),
    });
    identifiers.push(...items.map(({ identifier }) => identifier));
    after = next;
  } while (after !== null);
  return identifiers;
}

/** Registered identifiers that differ from this one only in spelling. */
export async function similarIdentifiers(
  identifier: string,
  resources: Pick<ResourceStore, 'list'>,
): Promise<readonly string[]> {
  return (await allIdentifiers(resources)).filter((known) => differsOnlyInSpelling(known, identifier));
}
