/** https, or http that never leaves this machine. */
const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && loopbackHosts.includes(url.hostname);
}

/** The address, or undefined if it is none, is not safe, or holds credentials or a fragment. */
export function safeAddress(text: unknown): URL | undefined {
  if (typeof text !== 'string' || text.includes('#') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isSafe = (url.protocol === 'https:' || isLoopback(url)) && url.username === '' && url.password === '';
  return isSafe ? url : undefined;
}
