/** How an app is shown: by its logo, or by its first letter. */
import { initialOf, shownName } from './shown-name.ts';
import { webLink } from './web-link.ts';

export function appTile(clientName: string, logoUri: string | undefined) {
  const name = shownName(clientName);
  return { name, logoUrl: webLink(logoUri), initial: initialOf(name) };
}
