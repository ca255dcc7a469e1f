/** Runs the project's linter over a folder and says where a rule that holds the architecture was broken. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { projectRoot } from './source-files.ts';

export interface Finding {
  readonly path: string;
  /** Such as `lint/style/noRestrictedImports`. */
  readonly rule: string;
}

interface Report {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: string } }[];
}

const biome = fileURLToPath(new URL('node_modules/@biomejs/biome/bin/biome', projectRoot));

/** The rules that hold the architecture. */
const structuralRules: readonly string[] = [
  'lint/style/noRestrictedImports',
  'lint/style/noProcessEnv',
  'lint/suspicious/noImportCycles',
  'lint/performance/noBarrelFile',
];

export async function findings(
  folder: string,
): Promise<{ readonly checked: number; readonly found: readonly Finding[] }> {
  const command = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
  // Biome exits with 1 when it found something: that is an answer here, not a failure.
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder, maxBuffer: 64_000_000 }).catch(
    (error: { readonly stdout: string }) => error,
  );
  const { summary, diagnostics } = JSON.parse(stdout) as Report;
  return {
    checked: summary.unchanged,
    found: diagnostics
      .map(({ category, location }) => ({ path: location.path, rule: category }))
      .filter(({ rule }) => structuralRules.includes(rule)),
  };
}

/** A tree of files, path to text, under the project's linter rules. */
export async function layOut(t: ExecutionContext, files: ReadonlyMap<string, string>): Promise<string> {
  const folder = await temporaryFolder(t);
  await copyFile(new URL('biome.json', projectRoot), join(folder, 'biome.json'));
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}
