/** How long the opaque tokens are: their length tells what they are, so that nobody looks for them in the wrong place. */

/**
 * Each letter of an id is six random bits; none of these has fewer than RFC 6749 10.10 asks for. Ids of any other length,
 * the engine's usual 43 among them, tell nothing.
 */
const bitsOf: Readonly<Record<string, number>> = { AccessToken: 264, ClientCredentials: 270, RefreshToken: 276 };
const OTHER_BITS = 256;
const BITS_OF_A_LETTER = 6;

const modelOfLength = new Map(Object.entries(bitsOf).map(([model, bits]) => [bits / BITS_OF_A_LETTER, model]));

export function tokenBits(model: string): number {
  return bitsOf[model] ?? OTHER_BITS;
}

/** False when its length says that it is a token of another kind. */
export function mayBeToken(model: string, id: string): boolean {
  const told = modelOfLength.get(id.length);
  return told === undefined || told === model;
}
