/** The copies of all views, one for each version of their contract. */
import { fileURLToPath } from 'node:url';

export function frozenFolder(version: number): string {
  return fileURLToPath(new URL(`../../test/pages/overlay-${version}/`, import.meta.url));
}

/** Stands at the end of the view, and is read on the page. */
export function markOf(view: string): string {
  const text = `(our own ${view})`;
  return view.endsWith('.txt') ? text : `<p>${text}</p>`;
}
