/** Parses a list of web origins (RFC 6454): scheme, host and port, nothing after them. */
import { z } from 'zod';

function isOrigin(entry: string): boolean {
  const url = URL.parse(entry);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.origin === entry;
}

export const origins = z.string().transform((text, context): readonly string[] => {
  const entries = text.split(',').map((entry) => entry.trim());
  entries.forEach((entry, at) => {
    if (isOrigin(entry)) return;
    context.addIssue({ code: 'custom', message: `entry ${at + 1} is not an origin such as https://app.internal:8443` });
  });
  return Object.freeze(entries);
});
