/** How long the same refresh token gets the same answer again: parallel tabs and lost responses are no theft. */
import { type ClientTraits, isFapiClient } from './fapi-client.ts';

/** Seconds; 0 means that a second use is a replay at once. */
export function graceSecondsOf(client: ClientTraits | undefined, defaultSeconds: number): number {
  // What does not rotate needs no grace.
  if (client === undefined || isFapiClient(client)) return 0;
  const own = client.refresh_grace_seconds;
  return typeof own === 'number' ? own : defaultSeconds;
}
