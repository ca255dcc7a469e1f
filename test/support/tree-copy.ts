/** What a clean clone of this tree holds, in a folder of its own: for tests of what a stranger gets. */
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));

/** Work that is not committed yet is part of it; what git ignores is not. */
export function copyTree(to: string, paths: readonly string[] = ['.']): void {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths];
  const files = execFileSync('git', listing, { cwd: project, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) cpSync(join(project, file), join(to, file), { force: true });
}

/** As a shell of somebody's has it: `npm test` leaves settings of its own to what it starts, and a PATH that finds our Node first. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_|INIT_CWD$|PATH$)/i.test(name));
  const path = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('/node_modules/'));
  return { ...Object.fromEntries(own), PATH: path.join(':') };
}
