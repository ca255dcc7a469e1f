import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, type Ports } from './ports.ts';

const DEADLINE_MILLISECONDS = 30_000;
const PAUSE_MILLISECONDS = 50;

/** Returns early when the demo is stopped. */
export async function waitUntilReady(ports: Ports, stopping: AbortSignal): Promise<void> {
  const addresses = [
    `${addressOf(ports.provider)}/readyz`,
    `${addressOf(ports.api)}/.well-known/oauth-protected-resource`,
    `${addressOf(ports.app)}/`,
  ];
  await Promise.all(addresses.map((address) => waitFor(address, stopping)));
}

async function waitFor(address: string, stopping: AbortSignal): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLISECONDS;
  while (!stopping.aborted) {
    if (await isReady(address)) return;
    if (performance.now() > deadline) throw new Error(`${address} did not answer in time`);
    await sleep(PAUSE_MILLISECONDS);
  }
}

async function isReady(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MILLISECONDS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
