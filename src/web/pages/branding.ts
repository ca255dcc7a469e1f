/** What the operator's settings change on every page: logo, colour, and the links at its foot. */
import type { Accent, BrandColours, FooterLinks } from '../../config/config.ts';
import { dictionaryOf, type Language } from './language.ts';

export interface Branding {
  readonly logo?: { readonly ending: string; readonly bytes: Buffer } | undefined;
  readonly colours?: BrandColours | undefined;
  readonly links?: (FooterLinks & { readonly terms?: string | undefined }) | undefined;
}

const declarations = ({ accent, hover, onAccent }: Accent): string =>
  `:root{--accent:${accent};--accent-hover:${hover};--on-accent:${onAccent}}`;

/** For the end of our style sheet. */
export function brandStyle({ light, dark }: BrandColours): string {
  return `${declarations(light)}\n@media (prefers-color-scheme: dark){${declarations(dark)}}\n`;
}

const order = ['support', 'privacy', 'imprint', 'terms'] as const;

/** In the order in which they stand at the foot. */
export function footerLinks(language: Language, links: Branding['links'] = {}) {
  const words = dictionaryOf(language).footer;
  return order.flatMap((id) => {
    const href = links[id];
    return href === undefined ? [] : [{ id, href, label: words[id] }];
  });
}
