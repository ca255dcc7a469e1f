/** Whether users sign in to a client, by the grants that it has. */

type Metadata = Readonly<Record<string, unknown>>;

/** In a browser, which is sent back to the client with a code. Its response types have to go with that (RFC 7591 2.1). */
export function usesCodeFlow({ grant_types: grants }: Metadata): boolean {
  return Array.isArray(grants) && grants.includes('authorization_code');
}

/** So, or by a grant that is plugged in: with a device, or over a back channel. What is no list says nothing yet. */
export function signsUsersIn(metadata: Metadata): boolean {
  const { grant_types: grants } = metadata;
  const isPlugged = (grant: unknown): boolean => typeof grant === 'string' && grant.startsWith('urn:');
  return !Array.isArray(grants) || usesCodeFlow(metadata) || grants.some(isPlugged);
}
