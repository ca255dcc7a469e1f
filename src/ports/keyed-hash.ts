/** A hash that only the holder of the index key can compute: for values that could be guessed. */
export interface KeyedHash {
  /** Base64url HMAC-SHA-256 of label and value; equal inputs give equal hashes for the life of the installation. */
  hash(label: string, value: string): string;
}
