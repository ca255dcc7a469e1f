/** Empties the demo's own data folder: each demo starts from nothing, so that what it prints is all there is. */
import { mkdir, rm } from 'node:fs/promises';

export async function makeFreshFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  // Its keys and database are nobody else's business.
  await mkdir(folder, { recursive: true, mode: 0o700 });
}
