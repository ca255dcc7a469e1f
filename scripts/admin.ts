/** `npm run -s admin -- <noun> <verb>`: administers an installation from the command line. */
import { drainOutputs, endingOf, writeNote } from './admin/command.ts';
import { checkArguments } from './admin/input.ts';
import { createProgram } from './admin/program.ts';

// If nobody reads standard error, nothing can be reported: the exit code still tells.
process.stderr.on('error', () => undefined);

try {
  checkArguments(process.argv.slice(2));
  await createProgram().parseAsync();
} catch (error) {
  const { exitCode, message } = endingOf(error);
  process.exitCode = exitCode;
  if (message !== undefined) writeNote(message);
}
await drainOutputs();
// Not by itself: a connection that a server keeps busy would keep the command too.
process.exit();
