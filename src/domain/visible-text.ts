/** Which texts people can see and type. */

import { INVISIBLE } from '../storage/records/canonical-identifier.ts';

/** Controls, format characters, unpaired surrogates, unassigned and private code points, and U+FFFD, which broken bytes become. */
const UNTYPABLE = /[\p{C}\ufffd]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** True too for a character that cannot be typed, or that changes the direction of the text around it (Unicode TR 36 2.9). */
export function hasInvisibleCharacter(text: string): boolean {
  return INVISIBLE.test(text) || UNTYPABLE.test(text);
}

/** A blank, a mark that is drawn over a letter, or U+FFFD is not enough. */
export function hasVisibleCharacter(text: string): boolean {
  return Array.from(text).some((character) => VISIBLE.test(character) && !hasInvisibleCharacter(character));
}
