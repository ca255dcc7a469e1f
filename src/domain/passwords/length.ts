/** In characters of Unicode form NFC. NIST SP 800-63B-4 3.1.1.2: eight at least, and 64 at least allowed. */
export const MIN_PASSWORD_CHARACTERS = 8;
export const MAX_PASSWORD_CHARACTERS = 256;
