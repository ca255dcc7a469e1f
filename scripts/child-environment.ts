/** What of this process's environment a child gets: settings for a real installation must not reach it. */

/** Names of what every program on this machine needs. */
export const OF_THE_MACHINE = /^(?:PATH|HOME|TMPDIR|TEMP|TMP|LANG|TZ|SystemRoot|NODE_EXTRA_CA_CERTS)$/;

/** The way to a registry. */
export const TO_REGISTRIES = /^(?:https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)$/i;

export function childEnvironment(...kept: readonly RegExp[]): Readonly<Record<string, string>> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && kept.some((form) => form.test(entry[0])),
  );
  return Object.fromEntries(entries);
}
