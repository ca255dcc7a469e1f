/** `npm run -s admin -- <noun> <verb>`: administers an installation from the command line. */
import { endingOf, throwOnBrokenArguments, writeNote } from './admin/command.ts';
import { createProgram } from './admin/program.ts';

// A reader that stops early (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  throwOnBrokenArguments(process.argv.slice(2));
  await createProgram().parseAsync();
} catch (error) {
  const { exitCode, message } = endingOf(error);
  process.exitCode = exitCode;
  if (message !== undefined) writeNote(message);
}
