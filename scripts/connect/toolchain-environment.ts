/** What programs of a stack get of this process's environment: what each on this machine gets, and what its toolchain reads. */
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment, OF_THE_MACHINE, TO_REGISTRIES } from '../child-environment.ts';

const OF_TOOLCHAINS = /^(?:JAVA_HOME|GO[A-Z]+|PIP_\w+|npm_config_\w+)$/i;
const ourNode = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));

export function toolchainEnvironment(): Readonly<Record<string, string>> {
  const kept = childEnvironment(OF_THE_MACHINE, TO_REGISTRIES, OF_TOOLCHAINS);
  return { ...kept, PATH: `${ourNode}${delimiter}${process.env.PATH ?? ''}` };
}
