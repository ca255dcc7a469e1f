/** What of this process's environment programs get: settings for a real installation must not reach them. */
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const passedOn =
  /^(?:HOME|TMPDIR|TEMP|TMP|LANG|TZ|SystemRoot|JAVA_HOME|NODE_EXTRA_CA_CERTS|GO[A-Z]+|PIP_\w+|npm_config_\w+|https?_proxy|no_proxy)$/i;
const ourNode = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));

export function machine(): Readonly<Record<string, string>> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && passedOn.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), PATH: `${ourNode}${delimiter}${process.env.PATH ?? ''}` };
}
