/** Finds where an issuer publishes its signing keys (OpenID Connect Discovery 1.0 4, RFC 8414 3). */
import { safeAddress } from './safe-address.ts';

/** For errors that the developer of the API reads: neither endless nor with characters that a terminal obeys. */
function quoted(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200);
}

/**
 * Throws a `TypeError` unless this can be an issuer identifier (RFC 8414 2), in the one spelling that Latchkey gives it: tokens and
 * metadata are compared with it character by character, so that another spelling would only show at the first request.
 */
export function assertIssuer(issuer: string): void {
  const url = safeAddress(issuer);
  if (url === undefined || issuer.includes('?')) {
    // What has user information may have a password in it.
    const configured = typeof issuer === 'string' && issuer.includes('@') ? 'credentials are' : `${quoted(issuer)} is`;
    throw new TypeError(
      `issuer: ${configured} configured, and an https address without query, fragment and credentials is needed (http on a loopback host only).`,
    );
  }
  const named = url.href.replace(/\/+$/, '');
  if (issuer !== named) {
    throw new TypeError(
      `issuer: ${quoted(issuer)} is configured, and it must be exactly as the provider names it: ${quoted(named)}, with nothing behind it.`,
    );
  }
}

export async function discoverKeysAddress(issuer: string, timeoutSeconds: number): Promise<string> {
  const where = `${issuer}/.well-known/openid-configuration`;
  const metadata = await fetchJson(where, timeoutSeconds).catch((cause: unknown) => {
    throw new Error(`issuer: ${quoted(issuer)} is configured, and there is no metadata at ${where}.`, { cause });
  });
  const { issuer: named, jwks_uri: address } = Object(metadata) as Record<string, unknown>;
  // RFC 8414 3.3: metadata that names another issuer must not be used.
  if (named !== issuer) {
    throw new Error(
      `issuer: ${quoted(issuer)} is configured, and it must be exactly as the provider names it, which calls itself ${quoted(named)}.`,
    );
  }
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
