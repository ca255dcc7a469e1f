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

/** The first sentence of the comment that opens a file; undefined when it does not open with one. */
export function openingSentence(text: string): string | undefined {
  const comment = /^(?:#![^\n]*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1];
  const words = comment?.replace(/^\s*\* ?/gm, '').trim();
  const firstParagraph = words?.split(/\n\s*\n/)[0]?.replace(/\s+/g, ' ');
  return firstParagraph === undefined ? undefined : /^[A-Z\d`'].*?[.:](?=\s+[A-Z`]|$)/.exec(firstParagraph)?.[0];
}
