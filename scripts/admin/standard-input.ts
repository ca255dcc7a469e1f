/** Reads what must not stand on a command line, or is too long for one. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageRefused } from './usage-refused.ts';

const MAX_JSON_BYTES = 1_048_576;

/** The first line of standard input; a terminal does not show it. */
export async function readPasswordLine(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Password: ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY });
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
    if (process.stdin.isTTY) process.stderr.write('\n');
  }
  throw new UsageRefused('no password on standard input: it must be its first line');
}

async function readAll(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_JSON_BYTES) throw new UsageRefused(`more than ${MAX_JSON_BYTES} bytes on standard input`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readFrom(source: string): Promise<string> {
  if (source === '-') return (await readAll()).toString();
  try {
    return await readFile(source, 'utf8');
  } catch (cause) {
    throw new UsageRefused(`${source} cannot be read`, { cause });
  }
}

/** One JSON object from a file, or from standard input for `-`. */
export async function readJsonObject(source: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFrom(source);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageRefused(`${source === '-' ? 'standard input' : source} is not JSON`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageRefused('a JSON object is expected');
  }
  return value as Readonly<Record<string, unknown>>;
}
