/** The one form in which e-mail addresses and login names are compared, stored and counted. */
export function canonicalIdentifier(identifier: string): string {
  // Compatibility forms first: a full-width letter has a lower case of its own, and some forms leave spaces behind.
  return identifier.normalize('NFKC').toLowerCase().trim();
}
