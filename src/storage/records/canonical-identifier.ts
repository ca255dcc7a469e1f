/** The one form in which e-mail addresses and usernames are compared, stored and counted. */

/**
 * Spaces, controls, and characters that are not drawn (UAX 44, Default_Ignorable_Code_Point: bidirectional and zero-width marks too; the
 * blank of Braille; interlinear marks).
 */
export const INVISIBLE = /[\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;

/** Removes what comes along when a text is copied from a mail or a page. */
export function withoutInvisibleEnds(text: string): string {
  const characters = Array.from(text);
  // Not by one regular expression: to find blanks at the end, it takes time that is quadratic in their number.
  const start = characters.findIndex((character) => !INVISIBLE.test(character));
  const end = characters.findLastIndex((character) => !INVISIBLE.test(character));
  return start < 0 ? '' : characters.slice(start, end + 1).join('');
}

// In ASCII only the characters of host names: the URL parser would take others for a port, a path or an escape.
const HOST_CHARACTERS = /^[a-z0-9.\-\u{80}-\u{10ffff}]+$/u;
const IS_ASCII = /^[\x20-\x7e]*$/;
const A_LABEL = /(?:^|\.)xn--/;
// IDNA silently drops them, except the two joiners (RFC 5892 A.1, A.2).
const DROPPED = /(?!\u200c|\u200d)\p{Default_Ignorable_Code_Point}/gu;
// Letter by letter: otherwise the lower case of a sigma would depend on its place in the word.
const lowerCase = (text: string): string => Array.from(text, (character) => character.toLowerCase()).join('');

/** A domain in the ASCII form that the DNS knows (RFC 5891 4.4, UTS 46); undefined where IDNA has none. */
export function asciiDomain(domain: string): string | undefined {
  const text = lowerCase(domain.normalize('NFKC').replace(DROPPED, '').replaceAll('\u3002', '.'));
  if (!HOST_CHARACTERS.test(text)) return undefined;
  // Not parsed: 127.1 stays a name, and does not become the address 127.0.0.1.
  if (IS_ASCII.test(text) && !A_LABEL.test(text)) return text;
  return URL.parse(`http://${text}`)?.hostname;
}

export function canonicalIdentifier(identifier: string): string {
  // Compatibility form first: a full-width letter has a lower case of its own, and some characters become spaces.
  const text = withoutInvisibleEnds(identifier.normalize('NFKC'));
  const at = text.lastIndexOf('@');
  const domain = at < 0 ? undefined : asciiDomain(text.slice(at + 1));
  if (domain === undefined) return lowered(text);
  return `${lowered(text.slice(0, at))}@${domain}`;
}

/**
 * Again in compatibility form: the lower case of some letters has marks that come in another order. Greek has two small letters
 * for one capital, and which one a capital becomes depends on what stands beside it.
 */
function lowered(text: string): string {
  return withoutInvisibleEnds(text.toLowerCase().replaceAll('\u03c2', '\u03c3').normalize('NFKC'));
}
