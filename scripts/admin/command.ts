/** What all verbs share: running one, its flags, its output and its exit code. */
import { resolve } from 'node:path';
import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { createPinoLog, type PinoLog } from '../../adapters/log/log.ts';
import { NOT_WRITTEN, ResultNotWritten, writeResult } from '../../adapters/log/result.ts';
import { takeWarnings } from '../../adapters/log/warnings.ts';
import { createRecorder, type Installation, openInstallation } from '../../src/compose.ts';
import { type Config, ConfigurationError } from '../../src/config/config.ts';
import type { EnvFile } from '../../src/config/environment.ts';
import { configFromEnvironment, takeEnvFile } from '../../src/config/read-config.ts';
import { isMissingFile, sqliteLocationIn } from '../../src/config/storage-address.ts';
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
  readonly envFile?: string;
}

let log: PinoLog | undefined;

/** On standard error: standard output is the verb's result. */
export function adminLog({ logLevel }: Config): Log {
  log ??= createPinoLog({ level: logLevel, descriptor: 2 });
  return log;
}

/**
 * The settings that the environment does not have, from the file of `--env-file`. What libraries warn of is for who reads the log
 * closely, from here on.
 */
export function envFileOf({ envFile: path }: CommonOptions): EnvFile | undefined {
  takeWarnings((fields, message) => log?.debug(fields, message));
  return path === undefined ? undefined : takeEnvFile(path);
}

export function readSettings(options: CommonOptions): Config {
  for (const { variable, warning } of envFileOf(options)?.warnings ?? []) writeNote(`${variable} ${warning}`);
  const config = configFromEnvironment();
  adminLog(config);
  return config;
}

/** Before the command ends. The result was written at once. */
export async function drainOutputs(): Promise<void> {
  await log?.output.drain();
  // Called when everything before it is written, or never will be.
  await new Promise<void>((resolve) => {
    process.stderr.write('', () => resolve());
  });
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

/** In a database that is made for the question, nobody would be found: the path is more likely mistyped. */
export function throwOnMissingDatabase({ storageUrl }: Config): void {
  if (!isMissingFile(storageUrl)) return;
  const problem =
    'names a file that is not there: fix the path; a start, "storage migrate" and the verbs that create something make a new one';
  throw new ConfigurationError([
    { variable: 'STORAGE_URL', problem, value: resolve(sqliteLocationIn(storageUrl) ?? '') },
  ]);
}

export type Work = (installation: Installation, note: NoteEvent) => Promise<Outcome>;

/** Runs a verb on the installation that the settings name, beside running providers. */
export async function runVerb(options: CommonOptions, work: Work): Promise<void> {
  const config = readSettings(options);
  throwOnMissingDatabase(config);
  await runOn(config, options, work);
}

/** The same for a verb that an installation may begin with, and which makes the database where there is none. */
export async function runCreatingVerb(options: CommonOptions, work: Work): Promise<void> {
  await runOn(readSettings(options), options, work);
}

async function runOn(config: Config, { json = false }: CommonOptions, work: Work): Promise<void> {
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

/** A flag that may be given several times, with one value each: a list of values would consume the arguments behind it too. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A collecting flag keeps a list or a table of what it was given; of any other commander would take the last value. */
const isCollecting = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Of a flag and its opposite (`--pkce`, `--no-pkce`), and of a flag that has one value, commander would take the last. */
export function refuseContradictions(verb: Command): void {
  const given = new Map<string, string>();
  for (const option of verb.options) {
    verb.on(`option:${option.name()}`, () => {
      const [key, flag] = [option.attributeName(), `--${option.name()}`];
      const before = given.get(key) ?? flag;
      if (before !== flag) throw new UsageError(`${before} and ${flag} exclude each other`);
      const isAgain = given.has(key) && (option.required || option.optional);
      if (isAgain && !isCollecting(verb.getOptionValue(key))) throw new UsageError(`${flag} is given twice`);
      given.set(key, flag);
    });
  }
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
  if (error instanceof ResultNotWritten) {
    // A reader that stops early (`| head`) is no failure, unless it misses something that is shown only once.
    if (error.code === 'EPIPE' && error.advice === undefined) return { exitCode: DONE };
    return { exitCode: NOT_WRITTEN, message: `error: ${error.message}` };
  }
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
  /** For a result that is shown only once: what to do when it could not be written. */
  readonly adviceIfNotWritten?: string;
}

export function printOutcome({ value, text, notes = [], adviceIfNotWritten }: Outcome, asJson: boolean): void {
  writeResult(`${asJson ? harmlessJson(value) : harmless(text)}\n`, adviceIfNotWritten);
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

/** In a list: blanks stand between its items, so one that has blanks is quoted. */
const item = (value: unknown): string =>
  typeof value === 'string' && /^$|[\s"]/.test(value) ? cell(JSON.stringify(value)) : cell(value);

function asText(value: unknown): string {
  return Array.isArray(value) ? value.map(item).join(' ') : cell(value);
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
