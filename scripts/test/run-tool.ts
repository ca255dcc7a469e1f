/** Runs one of the installed tools, such as the linter, and says whether it was content. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

export interface Tool {
  readonly name: string;
  /** The tool's script under node_modules, and its arguments. */
  readonly command: readonly string[];
}

export interface ToolResult {
  readonly name: string;
  readonly isContent: boolean;
  readonly output: string;
}

/** The whole output at once: several tools may run side by side. */
export async function runTool({ name, command }: Tool): Promise<ToolResult> {
  const child = spawn(process.execPath, command, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return { name, isContent: child.exitCode === 0, output: Buffer.concat(chunks).toString() };
}
