/** Reads a body that somebody else wrote, and stops where it is longer than it may be: its length need not be said before. */
export async function readUpTo(
  most: number,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  refuse: () => never,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > most) refuse();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
