/** Makes names that others chose fit to be shown: one line, bounded, and unable to turn the text around them. */
const MAX_CHARACTERS = 60;

// Control characters, and the marks that change the reading direction of what follows (Unicode TR 36 2.9).
const disguises = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu;

export function shownName(name: string): string {
  const characters = Array.from(name.replace(disguises, ' ').replace(/\s+/g, ' ').trim());
  if (characters.length <= MAX_CHARACTERS) return characters.join('');
  return `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`;
}

/** The letter that stands for an app without a logo, or for a user. */
export function initialOf(name: string): string {
  return Array.from(name)[0]?.toLocaleUpperCase() ?? '?';
}

export function webLink(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const url = URL.parse(address);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

export function appTile(clientName: string, logoUri: string | undefined) {
  const name = shownName(clientName);
  return { name, logoUrl: webLink(logoUri), initial: initialOf(name) };
}
