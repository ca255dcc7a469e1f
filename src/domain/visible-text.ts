/** Which texts people can see and type. */

// Drawn as nothing, or as a blank (UAX 44, Default_Ignorable_Code_Point; the blank of Braille; interlinear marks).
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Z}\u2800\ufff9-\ufffb]/u;
/** Controls, formats, half characters, and what has no meaning yet or only for some; what broken bytes were read as. */
const UNTYPED = /[\p{C}\ufffd]/u;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Something in it cannot be seen or typed, or turns the text around it (Unicode TR 36 2.9). */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text) || UNTYPED.test(text);
}

/** There is something to see: more than blanks, marks that are drawn over letters, and what broken bytes were read as. */
export function isSeen(text: string): boolean {
  return Array.from(text).some((character) => SEEN.test(character) && !hasUnseen(character));
}
