/** No app that somebody else made may be called as this service is: people would take its pages for ours. */

/** Letters and digits alone, in one form: neither marks nor case nor what is written between makes another name of it. */
function lettersOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Of a brand without letters everything differs. */
export function isBrandName(name: unknown, brandName: string): boolean {
  const letters = lettersOf(brandName);
  return typeof name === 'string' && letters !== '' && lettersOf(name) === letters;
}
