/** What a JWT says that it is for (RFC 8725 3.11): one that was signed for something else is not taken in its place. */

/** RFC 7515 4.1.9: the prefix may be left out, and a media type has no case (RFC 2045 5.1). */
function typeOf(typ: unknown): unknown {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ;
}

/** Most libraries name no type, or only the general one. */
export const isOfType = (typ: unknown, own: string): boolean => [undefined, 'jwt', own].includes(typeOf(typ) as string);
