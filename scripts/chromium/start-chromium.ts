import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { findPackedChromium } from './packed-chromium.ts';

/** For pages on loopback only. */
export async function startChromium(options: LaunchOptions = {}): Promise<Browser> {
  // The packed build is for Linux on x64; elsewhere an installed Chrome is used.
  const isPacked = process.platform === 'linux' && process.arch === 'x64';
  if (!isPacked) return chromium.launch({ ...options, channel: 'chrome' });
  const { executablePath, environment } = await findPackedChromium();
  // No sandbox: containers run the tests as root. Loopback pages only, so nothing foreign is ever rendered.
  const args = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'];
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...environment }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  return chromium.launch({ ...options, executablePath, args, env });
}
