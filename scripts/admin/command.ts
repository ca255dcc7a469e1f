/** What all verbs share: running one, its flags, its input, its output and its exit code. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { createPinoLog } from '../../adapters/log/log.ts';
import { createRecorder, type Installation, openInstallation } from '../../src/compose.ts';
import type { Config } from '../../src/config/config.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { codeOf } from '../../src/config/secrets.ts';
import { decodeText, hasBrokenText, NotText } from '../../src/config/text.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { EventRecorder } from '../../src/domain/events/recorder.ts';
import { type NoteEvent, noteInto, type SecurityEvent } from '../../src/domain/events/security-events.ts';
import type { Log } from '../../src/ports/log.ts';
import { exitCodeOf, explainFailure } from '../../src/start-failure.ts';
import type { Page } from '../../src/storage/driver.ts';
import { StorageCopyError } from '../../src/storage/maintenance/copy.ts';
import { UsageError } from '../usage-error.ts';

export interface CommonOptions {
  readonly json?: boolean;
}

/** On standard error: standard output is the verb's result. */
export function adminLog({ logLevel }: Config): Log {
  return createPinoLog({ level: logLevel, descriptor: 2 });
}

/** Runs an act and records what it noted, also when it failed after that; then the outcome may be shown. */
export async function recordActs<T>(recorder: EventRecorder, act: (note: NoteEvent) => Promise<T>): Promise<T> {
  const events: SecurityEvent[] = [];
  try {
    return await act(noteInto(events));
  } finally {
    await recorder.record(events, { address: 'command line', isAdministrator: true });
  }
}

/** Runs a verb on the installation that the environment names, beside running providers. */
export async function runVerb(
  { json = false }: CommonOptions,
  work: (installation: Installation, note: NoteEvent) => Promise<Outcome>,
): Promise<void> {
  const config = configFromEnvironment();
  const installation = await openInstallation(config);
  try {
    const recorder = createRecorder(installation, adminLog(config));
    printOutcome(await recordActs(recorder, (note) => work(installation, note)), json);
  } finally {
    await installation.close();
  }
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

export interface PagingOptions extends CommonOptions {
  readonly limit: number;
  readonly after?: string;
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidArgumentError(`It is a whole number from 1 to ${MAX_LIMIT}.`);
  }
  return limit;
}

/** A flag that may be given several times, with one value each: a list of values would take the arguments behind it too. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Node has put U+FFFD in place of bytes that are no UTF-8: nobody could type what would be stored. */
export function throwOnBrokenArguments(args: readonly string[]): void {
  const at = args.findIndex(hasBrokenText);
  if (at < 0) return;
  const flags = args.slice(0, at + 1).flatMap((text) => /^--[a-z-]+/.exec(text)?.[0] ?? []);
  throw new UsageError(`argument ${at + 1}${flags.length > 0 ? ` (at ${flags.at(-1)})` : ''} is not UTF-8 text`);
}

export function withPaging(command: Command): Command {
  return command
    .option('--limit <number>', `at most this many, ${MAX_LIMIT} at most`, parseLimit, DEFAULT_LIMIT)
    .option('--after <id>', 'start after this one: the "next" of the page before');
}

export function pageOf({ limit, after }: PagingOptions): Page {
  return { limit, ...(after !== undefined && { after }) };
}

export function pageOutcome(
  items: readonly Readonly<Record<string, unknown>>[],
  next: string | null,
  columns: readonly string[],
): Outcome {
  return {
    value: { items, next },
    text: table(columns, items),
    notes: next === null ? [] : [`more: --after ${next}`],
  };
}

const DONE = 0;
const FAILED = 1;
const USAGE = 64;
const BUG = 70;

export interface Ending {
  readonly exitCode: number;
  /** For standard error; absent when commander has written it already. */
  readonly message?: string;
}

export function endingOf(error: unknown): Ending {
  if (error instanceof DomainError || error instanceof StorageCopyError) {
    return { exitCode: FAILED, message: `refused: ${error.message} (${error.code})` };
  }
  if (error instanceof UsageError) return { exitCode: USAGE, message: `error: ${error.message}` };
  // Commander ends with an error for requested help too, with exit code 0.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? DONE : USAGE };
  const exitCode = exitCodeOf(error);
  if (exitCode !== 1) return { exitCode, message: explainFailure(error) };
  return { exitCode: BUG, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export interface Outcome {
  /** What `--json` prints. */
  readonly value: unknown;
  readonly text: string;
  /** For standard error, with and without `--json`. */
  readonly notes?: readonly string[];
}

export function printOutcome({ value, text, notes = [] }: Outcome, asJson: boolean): void {
  process.stdout.write(`${asJson ? harmlessJson(value) : harmless(text)}\n`);
  for (const note of notes) writeNote(note);
}

export function writeNote(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

/** Controls, and what is not seen or turns the order of letters round (\p{Cf}: bidirectional, zero-width). */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What is stored or was typed must neither control the terminal nor look like something else on it. Lines stay lines. */
function harmless(text: string): string {
  return text.replace(HARMFUL, (character) => (character === '\n' ? character : '\u{FFFD}'));
}

/** The same value for who parses it: JSON's own escapes say everything. */
function harmlessJson(value: unknown): string {
  const escaped = (character: string) =>
    Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`);
  return JSON.stringify(value).replace(HARMFUL, (character) => escaped(character).join(''));
}

/** On one line. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return harmless(text).replaceAll('\n', '\u{FFFD}');
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.map(cell).join(' ') : cell(value);
}

function alignRows(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((text, column) => Math.max(text.length, widest[column] ?? 0)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One name and value a line. */
export function fields(values: Readonly<Record<string, unknown>>): string {
  return alignRows(Object.entries(values).map(([name, value]) => [name, asText(value)]));
}

export function table(columns: readonly string[], items: readonly Readonly<Record<string, unknown>>[]): string {
  if (items.length === 0) return 'none';
  return alignRows([columns, ...items.map((item) => columns.map((column) => asText(item[column] ?? '')))]);
}

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
  throw new UsageError('no password on standard input: it must be its first line');
}

async function readAll(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_JSON_BYTES) throw new UsageError(`more than ${MAX_JSON_BYTES} bytes on standard input`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function bytesFrom(source: string): Promise<Uint8Array> {
  if (source === '-') return await readAll();
  try {
    return await readFile(source);
  } catch (cause) {
    throw new UsageError(`${source} cannot be read (${codeOf(cause)})`, { cause });
  }
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return decodeText(bytes);
  } catch (cause) {
    throw new UsageError(`${name} ${cause instanceof NotText ? cause.problem : 'cannot be read'}`, { cause });
  }
}

/** A file that is named on the command line, as text. */
export async function readTextFile(path: string): Promise<string> {
  return textOf(await bytesFrom(path), path);
}

/** JSON can spell halves of characters, which no text has. */
function throwOnHalves(name: string, value: unknown): unknown {
  const isBroken = !name.isWellFormed() || (typeof value === 'string' && hasBrokenText(value));
  if (isBroken) throw new UsageError(`${JSON.stringify(name)} holds what is no character`);
  return value;
}

/** One JSON object from a file, or from standard input for `-`. */
export async function readJsonObject(source: string): Promise<Readonly<Record<string, unknown>>> {
  const name = source === '-' ? 'standard input' : source;
  const text = textOf(await bytesFrom(source), name);
  let value: unknown;
  try {
    value = JSON.parse(text, throwOnHalves);
  } catch (cause) {
    const reason = cause instanceof UsageError ? `: ${cause.message}` : '';
    throw new UsageError(`${name} is not JSON${reason}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('a JSON object is expected');
  }
  return value as Readonly<Record<string, unknown>>;
}
