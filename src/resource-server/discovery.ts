/** Finds where an issuer publishes its signing keys (OpenID Connect Discovery 1.0 4, RFC 8414 3). */
import { safeAddress } from './safe-address.ts';

/** Throws a `TypeError` unless this can be an issuer identifier (RFC 8414 2). */
export function assertIssuer(issuer: string): void {
  if (safeAddress(issuer) !== undefined && !issuer.includes('?')) return;
  throw new TypeError('issuer: an https address without query and fragment is needed (http on a loopback host only).');
}

export async function discoverKeysAddress(issuer: string, timeoutSeconds: number): Promise<string> {
  const metadata = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, timeoutSeconds);
  const { issuer: named, jwks_uri: address } = Object(metadata) as Record<string, unknown>;
  // RFC 8414 3.3: metadata that names another issuer must not be used.
  if (named !== issuer) throw new Error(`The issuer ${issuer} calls itself ${JSON.stringify(named)}.`);
  const url = safeAddress(address);
  if (url === undefined) throw new Error(`The issuer ${issuer} names no safe jwks_uri.`);
  return url.href;
}

const largestBytes = 256 * 1024;

/** Within a deadline and a size. */
export async function fetchJson(url: string, timeoutSeconds: number): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    // The issuer alone says where its keys are; an address that it redirects to does not.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}.`);
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > largestBytes) throw new Error(`${url} answered with more than ${largestBytes} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return JSON.parse(text + decoder.decode());
}
