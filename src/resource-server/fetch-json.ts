/** Gets a JSON document from the issuer, within a deadline and a size. */

const largestBytes = 256 * 1024;

export async function fetchJson(url: string, timeoutSeconds: number): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    // Where the keys come from is the issuer's word alone, not that of whoever it points to.
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
