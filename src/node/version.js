/**
 * Ends a start on an older Node in plain words. In JavaScript that old versions read: they stop at the first `.ts` file, or at the first
 * name that a built-in module does not have yet. It must come before everything else: by itself here, by `--import` in package.json.
 */
import { writeSync } from 'node:fs';

const OLDEST_MAJOR = 24;
/** EX_CONFIG, as for settings: no later start succeeds. */
const CONFIGURATION = 78;

const { node: version } = process.versions;
if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
  try {
    writeSync(
      2,
      `Latchkey needs Node ${OLDEST_MAJOR} or newer, and this is Node ${version} (${process.execPath}).\n` +
        `what to do: put a Node ${OLDEST_MAJOR} first on the PATH, or install with the development dependencies ("npm ci"), which bring one.\n`,
    );
  } catch {
    // Where nobody reads it, the exit code still tells.
  }
  process.exit(CONFIGURATION);
}
