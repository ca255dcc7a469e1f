/**
 * Starts the provider from what an earlier start has compiled. In JavaScript: a file that no cache can hold yet would make
 * Node load its type stripper, and keep it.
 */
import { mkdirSync, statSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside the code, not in a folder for everybody: who can write here could as well change the code.
const parent = fileURLToPath(new URL('../.cache', import.meta.url));
const folder = fileURLToPath(new URL('../.cache/compiled', import.meta.url));

/** What lies in the folder is run unread: nobody else may write in it, or put another in its place. */
function isPrivate() {
  if (process.getuid === undefined) return true;
  const { uid, mode } = statSync(folder);
  return uid === process.getuid() && (mode & 0o077) === 0 && (statSync(parent).mode & 0o002) === 0;
}

try {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isPrivate()) enableCompileCache(folder);
} catch {
  // Where this user may not write, every start compiles.
}
await import('./main.ts');
// Now, not at the end: a process that is killed has none, and a worker that replaces it should start fast.
flushCompileCache();
