/** The code of a system error such as ENOENT: the part of it that is safe and useful to show. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
