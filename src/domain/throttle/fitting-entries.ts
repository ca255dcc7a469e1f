/** What a cookie has room for: browsers drop one that is too long, and ids of accounts may be. */

/** As `written`, with as many entries from the beginning as fit, and one at least. */
export function writtenToFit<E>(
  entries: readonly E[],
  written: (entries: readonly E[]) => string,
  mostCharacters: number,
): string {
  const text = written(entries);
  if (text.length <= mostCharacters || entries.length <= 1) return text;
  return writtenToFit(entries.slice(0, -1), written, mostCharacters);
}
