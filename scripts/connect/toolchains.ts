/** What the programs of the stacks need on this machine, and how to ask for its version and for those of libraries. */
import { readFile } from 'node:fs/promises';
import { runToEnd } from './processes.ts';
import { toolchainEnvironment } from './toolchain-environment.ts';

export type ToolchainName = 'node' | 'java' | 'python' | 'go';

interface Toolchain {
  /** Its name and version; rejects where it is not there. */
  readonly version: () => Promise<string>;
  /** The version of a library as installed in this folder. */
  readonly versionOf: (library: string, folder: string) => Promise<string>;
}

/** What a command prints, as far as the pattern finds it. */
async function ask(pattern: RegExp, command: readonly string[], folder = process.cwd()): Promise<string> {
  const found = pattern.exec(await runToEnd({ command, folder, environment: toolchainEnvironment() }))?.[1];
  if (found === undefined) throw new Error(`${command.join(' ')} says no version`);
  return found;
}

export const toolchains: Readonly<Record<ToolchainName, Toolchain>> = {
  node: {
    version: async () => `Node ${process.versions.node}`,
    async versionOf(library, folder) {
      const { version }: { version: string } = JSON.parse(
        await readFile(`${folder}/node_modules/${library}/package.json`, 'utf8'),
      );
      return version;
    },
  },
  java: {
    async version() {
      const maven = await ask(/Apache Maven (\S+)/, ['mvn', '--batch-mode', '--version']);
      return `Java ${await ask(/^openjdk version "([^"]+)"/m, ['java', '-version'])}, Maven ${maven}`;
    },
    // Among what is packed into the program.
    versionOf: (library, folder) =>
      ask(new RegExp(`/${library}-(\\d\\S*)\\.jar$`, 'm'), ['jar', 'tf', 'target/program.jar'], folder),
  },
  python: {
    version: async () => `Python ${await ask(/^Python (\S+)/, ['python3', '--version'])}`,
    versionOf: (library, folder) =>
      ask(/^Version: (\S+)$/m, ['.venv/bin/python', '-m', 'pip', 'show', library], folder),
  },
  go: {
    version: async () => `Go ${await ask(/go(\d\S*)/, ['go', 'version'])}`,
    // As every Go program knows it of itself.
    versionOf: (library, folder) =>
      ask(new RegExp(`^\\s+(?:mod|dep)\\s+${library}\\s+v(\\S+)`, 'm'), ['go', 'version', '-m', '.'], folder),
  },
};
