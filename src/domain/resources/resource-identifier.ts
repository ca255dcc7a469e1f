/** What may identify a resource: an absolute URI without fragment (RFC 8707 2). */
const MAX_CHARACTERS = 512;
const UNSAFE = /[\s\p{Cc}]/u;

/** What is wrong with it, or undefined. */
export function checkIdentifier(identifier: string): string | undefined {
  if (identifier.length > MAX_CHARACTERS) return `an identifier has at most ${MAX_CHARACTERS} characters`;
  if (UNSAFE.test(identifier) || !URL.canParse(identifier)) return `${identifier} is not an absolute URI`;
  if (identifier.includes('#')) return `${identifier} must hold no fragment`;
  return undefined;
}
