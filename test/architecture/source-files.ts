/** Lists the source files of the project with what they say about themselves. */
import { globSync, readFileSync } from 'node:fs';

export interface SourceFile {
  /** Path from the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export const projectRoot = new URL('../../', import.meta.url);

/** Every TypeScript and JavaScript file under these folders, in alphabetical order. */
export function sourceFiles(folders: readonly string[], root: URL = projectRoot): readonly SourceFile[] {
  const patterns = folders.map((folder) => `${folder}/**/*.{ts,js}`);
  return globSync(patterns, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));
}
