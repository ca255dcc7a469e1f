/** Loaded before what needs the development dependencies, to say so in plain words where they were left out. */
import '../src/node/version.js';
import { writeSync } from 'node:fs';

try {
  import.meta.resolve('openid-client');
} catch {
  writeSync(2, 'This needs the development dependencies, which "--omit=dev" left out.\nwhat to do: run "npm ci".\n');
  process.exit(1);
}
