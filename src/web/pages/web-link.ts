/** Lets only web addresses into links: a registered `javascript:` or `data:` address must never be one click away. */
export function webLink(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const url = URL.parse(address);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}
