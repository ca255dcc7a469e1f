/** Which of the known names was meant by one that is not known. It only explains a mistake: nothing is accepted by it. */

/** Longer texts are no slip of the keyboard, and comparing them would cost time. */
const MAX_CHARACTERS = 64;

/** Of `redirectUris`, `Redirect-URIs` and `redirect_uris` there is one. */
function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}#]/gu, '');
}

/** How many letters were left out, added, replaced, or swapped with their neighbour. */
function slipsBetween(typed: string, known: string): number {
  const slips: number[][] = [Array.from({ length: known.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => slips[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= typed.length; row += 1) {
    const current = [row];
    slips.push(current);
    for (let column = 1; column <= known.length; column += 1) {
      const isSame = typed[row - 1] === known[column - 1];
      const isSwapped = typed[row - 1] === known[column - 2] && typed[row - 2] === known[column - 1];
      const ways = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (isSame ? 0 : 1)];
      current.push(Math.min(...ways, ...(isSwapped ? [at(row - 2, column - 2) + 1] : [])));
    }
  }
  return at(typed.length, known.length);
}

/** Of three to seven letters one may be wrong, of eight two; of fewer none, or every short name would be near. */
function slipsAllowed(letters: number): number {
  return letters < 3 ? 0 : Math.max(1, Math.floor(letters / 4));
}

export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const typed = lettersOf(name);
  if (typed.length === 0 || typed.length > MAX_CHARACTERS) return undefined;
  let best = { name: undefined as string | undefined, slips: slipsAllowed(typed.length) + 1 };
  for (const candidate of known) {
    const slips = slipsBetween(typed, lettersOf(candidate));
    if (slips < best.slips) best = { name: candidate, slips };
  }
  return best.name;
}
