/** A command line that cannot be understood. Ends with exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
