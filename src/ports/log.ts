/** Where the program writes what happened: structured, never with a secret, a token, or a path that holds one. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  /** A fault: `error` goes in with its stack. */
  error(fields: LogFields & { readonly error: unknown }, message: string): void;
}
