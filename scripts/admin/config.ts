import type { Command } from 'commander';
import { checkOffline, checkStart } from '../../src/check-start.ts';
import { type Config, ConfigurationError } from '../../src/config/config.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { type CommonOptions, endingOf, fields, printOutcome, readSettings } from './command.ts';

interface CheckOptions extends CommonOptions {
  readonly offline?: boolean;
}

/** The address of a database may hold a password, so its scheme alone is shown. */
function summaryOf({ mode, issuer, host, port, workers, storageUrl, secretKeys }: Config) {
  const storage = storageUrl.slice(0, storageUrl.indexOf(':'));
  return { mode, issuer, host, port, workers, storage, secretKeys: secretKeys.length };
}

async function check({ json = false, offline = false }: CheckOptions): Promise<void> {
  const config = readSettings();
  const database = offline ? 'not asked' : await checkStart(config);
  if (offline) await checkOffline(config);
  const summary = { ...summaryOf(config), database };
  const warnings = warningsOf(config);
  const value = { ok: true, ...summary, ...(warnings.length > 0 && { warnings }) };
  const verdict = offline
    ? 'the settings are right; database and ports were not tried'
    : 'a start would succeed on these settings, if the ports are free';
  const notes = warnings.map(({ variable, warning }) => `${variable} ${warning}`);
  printOutcome({ value, text: `${verdict}\n${fields(summary)}`, notes }, json);
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
      try {
        await check(options);
      } catch (error) {
        // The problems are the result as well as the reason for the exit code.
        if (options.json === true) printOutcome({ value: { ok: false, ...failureOf(error) }, text: '' }, true);
        throw error;
      }
    });
}
