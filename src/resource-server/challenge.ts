/** Writes a `WWW-Authenticate` challenge (RFC 9110 11.6.1, RFC 6750 3, RFC 9728 5.1). */

/** A quoted-string (RFC 9110 5.6.4). Throws a `TypeError` for what a header cannot carry, line breaks above all. */
function quoted(value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value)) throw new TypeError('A challenge carries printable ASCII only.');
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

export function formatChallenge(scheme: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quoted(value)}`],
  );
  return `${scheme} ${written.join(', ')}`;
}
