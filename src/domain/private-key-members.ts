/** Members of a JWK that only private or shared keys have (RFC 7518 6.2.2, 6.3.2, 6.4.1; `priv` of the type AKP). */
export const privateKeyMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;
