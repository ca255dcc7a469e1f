/** What verbs read: standard input and files, as UTF-8 that somebody can have typed. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, LARGEST_FILE_BYTES as MAX_BYTES } from '../../src/config/read-file.ts';
import { decodeText, hasBrokenText, NotText } from '../../src/config/text.ts';
import { UsageError } from '../usage-error.ts';

const STANDARD_INPUT = 'standard input';
const LINE_END = /[\r\n]/;

/** A pipe, a file or a terminal. */
type Input = Readable & { readonly isTTY?: boolean };

function textOf(bytes: Uint8Array, source: string): string {
  try {
    return checkedText(decodeText(bytes), source);
  } catch (cause) {
    if (cause instanceof NotText) throw new UsageError(`${source} ${cause.problem}`, { cause });
    throw cause;
  }
}

function checkedText(text: string, source: string): string {
  if (text.includes('\0'))
    throw new UsageError(`${source} holds a NUL character, which no claim, name or password may have`);
  if (hasBrokenText(text)) throw new UsageError(`${source} holds U+FFFD, which takes the place of what was not UTF-8`);
  // Editors put a byte order mark in front, and so does whoever joins two of their files.
  return text.replace(/^\uFEFF+/, '');
}

async function readPiped(input: Readable, isEnd: (chunk: Buffer) => boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new UsageError(`more than ${MAX_BYTES} bytes on ${STANDARD_INPUT}`);
    chunks.push(chunk);
    if (isEnd(chunk)) break;
  }
  return Buffer.concat(chunks);
}

/** A terminal does not show it. */
async function readTypedLine(input: Readable): Promise<string | undefined> {
  process.stderr.write('Password: ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  try {
    for await (const line of lines) return checkedText(line, STANDARD_INPUT);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
  return undefined;
}

async function readPipedLine(input: Readable): Promise<string | undefined> {
  // Not all of it: who writes may keep it open.
  const piped = await readPiped(input, (chunk) => LINE_END.test(chunk.toString('latin1')));
  if (piped.byteLength === 0) return undefined;
  const end = piped.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  return textOf(end < 0 ? piped : piped.subarray(0, end), STANDARD_INPUT);
}

/** The first line of standard input. */
export async function readPasswordLine(input: Input = process.stdin): Promise<string> {
  const line = await (input.isTTY ? readTypedLine(input) : readPipedLine(input));
  if (line === undefined) throw new UsageError(`no password on ${STANDARD_INPUT}: it must be its first line`);
  return line;
}

const PAUSE_MILLISECONDS = 20;

/** Undefined while a pipe has nothing, and somebody may still write to it. */
async function readSome(file: FileHandle): Promise<Buffer | undefined> {
  try {
    const { buffer, bytesRead } = await file.read({ position: null });
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

/** A pipe too, such as the shell's <(...); one that nobody has open for writing is empty. */
async function readNamed(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const chunk = await readSome(file);
      if (chunk?.length === 0) return Buffer.concat(chunks);
      if (chunk === undefined) await sleep(PAUSE_MILLISECONDS);
      else chunks.push(chunk);
      bytes += chunk?.length ?? 0;
      if (bytes > MAX_BYTES) throw new UsageError(`${path} has more than ${MAX_BYTES} bytes`);
    }
  } finally {
    await file.close();
  }
}

async function readAll(source: string, input: Input): Promise<Uint8Array> {
  if (source === '-') return readPiped(input, () => false);
  try {
    const content = await readNamed(source);
    if (content.length === 0) throw new UsageError(`${source} is empty`);
    return content;
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${source} cannot be read (${codeOf(cause)})`, { cause });
  }
}

/** A file that is named on the command line. */
export async function readTextFile(path: string): Promise<string> {
  return textOf(await readAll(path, process.stdin), path);
}

/** One JSON object from a file, or from standard input for `-`. */
export async function readJsonObject(
  source: string,
  input: Input = process.stdin,
): Promise<Readonly<Record<string, unknown>>> {
  const name = source === '-' ? STANDARD_INPUT : source;
  const text = textOf(await readAll(source, input), name);
  let value: unknown;
  try {
    value = JSON.parse(text, (key, member: unknown) => {
      // Escapes can write half a letter, which no UTF-8 can.
      for (const each of [key, member]) if (typeof each === 'string') checkedText(each, name);
      return member;
    });
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${name} is not JSON`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('a JSON object is expected');
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The shell's own words: Node has read what was not UTF-8 as U+FFFD. */
export function checkArguments(words: readonly string[]): void {
  for (const [index, word] of words.entries()) {
    const flag = words.slice(0, index + 1).findLast((each) => each.startsWith('--'));
    const at = flag === undefined ? '' : ` (at ${flag.replace(/=.*/s, '')})`;
    checkedText(word, `argument ${index + 1}${at}`);
  }
}
