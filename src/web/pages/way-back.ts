/** The way back to the app: a link where its address can be trusted, else the advice to go by hand. */

import { shownName, webLink } from './names-and-links.ts';
import type { BackTo } from './page-models.ts';
import type { Dictionary } from './words/en.ts';

export function wayBack(text: Dictionary, backTo: BackTo | undefined) {
  const href = webLink(backTo?.href);
  if (backTo === undefined || href === undefined) return { backHint: text.backByHand };
  return { back: { href, label: text.backTo(shownName(backTo.name)) } };
}
