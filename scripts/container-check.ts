/**
 * `npm run container:check [folder]`: follows the folder's Dockerfile where there is no Docker. It copies what COPY names, runs RUN and CMD as
 * another user where it may, takes away the right to write, and looks whether the provider gets healthy, writes to its volume alone and stops.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage } from './container/build.ts';
import { ContainerFault, readDockerfile } from './container/dockerfile.ts';
import { runImage } from './container/run.ts';
import { makeMachine, otherUser } from './container/stand-in.ts';

const context = process.argv[2] ?? fileURLToPath(new URL('../', import.meta.url));
const tell = (line: string) => console.log(`✔ ${line}`);

try {
  const stages = readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  tell(otherUser === undefined ? 'as this user: only root can become another one' : `as the user ${otherUser.uid}`);
  const machine = makeMachine();
  try {
    await runImage(buildImage(stages, context, machine, tell), machine, tell);
  } finally {
    machine.remove();
  }
} catch (error) {
  if (!(error instanceof ContainerFault)) throw error;
  console.error(`✘ Dockerfile: ${error.message}`);
  process.exitCode = 1;
}
