/**
 * Starts the provider from the code that an earlier start compiled. In JavaScript, because the first file is never in that cache:
 * as TypeScript it would make Node load its type stripper and keep it in memory.
 */
import './node/hang-up.js';
import './node/version.js';
import { mkdirSync, statSync } from 'node:fs';
// As a whole: by name, an older Node would stop here, before the check of its version.
import * as modules from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside the code, not in a shared folder: a user who can write here could change the code as well.
const parent = fileURLToPath(new URL('../.cache', import.meta.url));
const folder = fileURLToPath(new URL('../.cache/compiled', import.meta.url));

/** What is in the folder is run without a check, so no other user may write in it or replace it. */
function isPrivate() {
  if (process.getuid === undefined) return true;
  const { uid, mode } = statSync(folder);
  return uid === process.getuid() && (mode & 0o077) === 0 && (statSync(parent).mode & 0o002) === 0;
}

try {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isPrivate()) modules.enableCompileCache(folder);
} catch {
  // If this user may not write there, every start compiles.
}
if (process.argv.includes('--version')) (await import('./version.ts')).printVersion();
else await import('./main.ts');
// Now, not at exit: a killed process never gets there, and the worker that replaces it should start fast.
modules.flushCompileCache();
