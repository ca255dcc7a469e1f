import type { Command } from 'commander';
import { ResultNotWritten } from '../../adapters/log/result.ts';
import { checkOffline, checkStart } from '../../src/check-start.ts';
import { type Config, ConfigurationError } from '../../src/config/config.ts';
import type { EnvFile } from '../../src/config/environment.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { adminLog, type CommonOptions, endingOf, envFileOf, fields, printOutcome, writeNote } from './command.ts';
import { leftOpen } from './left-open.ts';
import { type Source, sourcesOf } from './sources.ts';

interface CheckOptions extends CommonOptions {
  readonly offline?: boolean;
}

const BEHIND_ENVIRONMENT = 'is in the file of --env-file too, but the environment goes before it';
const NEW_DATABASE = {
  variable: 'STORAGE_URL',
  warning: 'names a place without an installation: a start makes a new one there, without accounts and clients',
};

/** The addresses of a database and of a mail server may hold a password: it is shown of which kind they are. */
function summaryOf({ mode, issuer, host, port, workers, storageUrl, mail, secretKeys }: Config) {
  const storage = storageUrl.slice(0, storageUrl.indexOf(':'));
  return { mode, issuer, host, port, workers, storage, mail: mail.way, secretKeys: secretKeys.length };
}

/** What a start would know, and what it would not: where each setting is from. */
function sourceFields(sources: readonly Source[]): string {
  const named = sources.filter(({ source }) => source !== 'default');
  const lines = named.map(({ source, path, exists, variables }) => [
    [source, path ?? '', exists === false ? '(a start makes it)' : ''].filter((part) => part !== '').join(' '),
    variables.join(', '),
  ]);
  return fields(
    Object.fromEntries([...lines, ['default', lines.length === 0 ? 'every setting' : 'every other setting']]),
  );
}

async function check({ json = false, offline = false }: CheckOptions, envFile: EnvFile | undefined): Promise<void> {
  const config = configFromEnvironment();
  adminLog(config);
  const database = offline ? 'not asked' : await checkStart(config);
  const ofFolder = await checkOffline(config);
  const summary = { ...summaryOf(config), database };
  const sources = sourcesOf(envFile, config);
  const warnings = [
    ...(envFile?.warnings ?? []),
    ...(envFile?.overridden ?? []).map((variable) => ({ variable, warning: BEHIND_ENVIRONMENT })),
    ...warningsOf(config),
    ...ofFolder,
    ...leftOpen(config, sources, systemClock.now()),
    ...(database === 'new' && config.mode === 'production' ? [NEW_DATABASE] : []),
  ];
  const value = { ok: true, ...summary, sources, ...(warnings.length > 0 && { warnings }) };
  const verdict = offline
    ? 'the settings are right; database and ports were not tried'
    : 'a start would succeed on these settings, if the ports are free';
  const notes = warnings.map(({ variable, warning }) => `${variable} ${warning}`);
  const text = `${verdict}\n${fields(summary)}\nsettings are from\n${sourceFields(sources)}`;
  printOutcome({ value, text, notes }, json);
}

function failureOf(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof ConfigurationError) return { problems: error.problems };
  return { problem: endingOf(error).message };
}

export function addConfigVerbs(noun: Command): void {
  noun
    .command('check')
    .description('check the settings of this environment, and for 5 seconds the database; changes nothing')
    .option('--offline', 'the settings and the files that they name alone')
    .action(async (options: CheckOptions) => {
      let envFile: EnvFile | undefined;
      try {
        envFile = envFileOf(options);
        await check(options, envFile);
      } catch (error) {
        if (error instanceof ResultNotWritten) throw error;
        const sources = sourcesOf(envFile, undefined);
        // The problems are the result as well as the reason for the exit code.
        if (options.json === true) printOutcome({ value: { ok: false, ...failureOf(error), sources }, text: '' }, true);
        const { exitCode, message } = endingOf(error);
        writeNote(
          [message, 'settings are from', sourceFields(sources)].filter((line) => line !== undefined).join('\n'),
        );
        process.exitCode = exitCode;
      }
    });
}
