/** Tells a connection that its caller broke off, or filled with nonsense, from a fault of ours. */

const BROKEN_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The code alone may be logged: errors of Node's parser (HPE_*) hold the bytes they stumbled over, secrets included. */
export function brokenConnectionCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return BROKEN_OFF.has(error.code) || error.code.startsWith('HPE_') ? error.code : undefined;
}
