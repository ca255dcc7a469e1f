/** Runs the real admin command, in a process of its own, on a database of one test. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Owner } from './owner.ts';
import { databasesParent, temporaryFolder } from './temporary-folder.ts';

const command = join(import.meta.dirname, '../../scripts/admin.ts');

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as the one JSON value that it must be. */
  json(): Record<string, unknown>;
}

export type Environment = Readonly<Record<string, string>>;

/** `input` is what standard input holds; without it, it is empty. */
export type Admin = (args: readonly string[], input?: string | Buffer, environment?: Environment) => Promise<Finished>;

async function run(args: readonly string[], input: string | Buffer, environment: Environment): Promise<Finished> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, BCRYPT_COST: '4', ...environment };
  const child = spawn(process.execPath, [command, ...args], { env });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // A command that fails early does not read: then nobody misses the rest.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr, json: () => JSON.parse(stdout) };
}

export async function openAdmin(t: Owner): Promise<Admin> {
  const folder = await temporaryFolder(t, databasesParent);
  const own = { DATA_FOLDER: folder, STORAGE_URL: `sqlite:${join(folder, 'test.db')}` };
  return (args, input = '', environment = {}) => run(args, input, { ...own, ...environment });
}
