/** The private claims by which a JWT access token names its grant and session: keyed hashes, no ids. */
export const GRANT_CLAIM = 'urn:latchkey:grant';
export const SESSION_CLAIM = 'urn:latchkey:session';
