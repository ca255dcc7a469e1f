/** Strikes out whatever could hold a secret before it is written: members by their name, at any depth. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'password',
  'secret',
  'client_secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'code',
  'code_verifier',
  'assertion',
  'client_assertion',
  'cookie',
  'cookies',
  'authorization',
  'headers',
  'set-cookie',
  'jti',
  'rawPacket',
  'uri',
  'url',
]);

const REDACTED = '[struck out]';
/** Nothing we log goes deeper; what does is not ours, and may go round in a circle. */
const DEEPEST = 5;

function cleanMember(name: string, value: unknown, depth: number): unknown {
  if (SECRET_MEMBERS.has(name)) return REDACTED;
  // Errors come here again, once they are plain members (log.ts).
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  return depth === DEEPEST ? REDACTED : clean(value, depth + 1);
}

function clean(value: object, depth: number): object {
  if (Array.isArray(value)) return value.map((item: unknown) => cleanMember('', item, depth));
  // Copied only where something changes: this runs for every line, and almost all of them are flat and clean.
  let cleaned: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(value)) {
    const kept = cleanMember(name, member, depth);
    if (kept !== member) {
      cleaned ??= { ...value };
      cleaned[name] = kept;
    }
  }
  return cleaned ?? value;
}

export function redactSecrets<T extends object>(fields: T): T {
  return clean(fields, 1) as T;
}
