/** What the programs of the stacks need on this machine, and how to ask for its version and for those of libraries. */
import { readFile } from 'node:fs/promises';

export type ToolchainName = 'node';

interface Toolchain {
  /** Its name and version; rejects where it is not there. */
  readonly version: () => Promise<string>;
  /** The version of a library as installed in this folder. */
  readonly versionOf: (library: string, folder: string) => Promise<string>;
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
};
