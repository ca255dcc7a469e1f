/** Thrown by every adapter when its database cannot be reached or does not answer in time: the caller may try again. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
  readonly code = 'storage_unavailable';
  // The engine and Koa read these two: they turn the error into a 503 instead of a 500.
  readonly status = 503;
  readonly statusCode = 503;
  readonly expose = false;

  constructor(cause?: unknown) {
    super('the database cannot be reached', { cause });
  }

  /** For the log: what kind of failure it was. Not the driver's own text, which may quote addresses. */
  get reason(): string {
    const { cause } = this;
    if (!(cause instanceof Error)) return 'unknown';
    if ('code' in cause) return `${cause.name} ${cause.code}`;
    return cause.name === 'Error' ? cause.message : cause.name;
  }
}
