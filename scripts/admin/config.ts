import type { Command } from 'commander';
import { type Config, ConfigurationError } from '../../src/config/config.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { type CommonOptions, fields, printOutcome } from './command.ts';

/** The address of a database may hold a password, so its scheme alone is shown. */
function summaryOf({ mode, issuer, host, port, workers, storageUrl, secretKeys }: Config) {
  const storage = storageUrl.slice(0, storageUrl.indexOf(':'));
  return { mode, issuer, host, port, workers, storage, secretKeys: secretKeys.length };
}

export function addConfigVerbs(noun: Command): void {
  noun
    .command('check')
    .description('check the settings of this environment')
    .action(({ json = false }: CommonOptions) => {
      try {
        const config = configFromEnvironment();
        const summary = summaryOf(config);
        const warnings = warningsOf(config);
        const value = { ok: true, ...summary, ...(warnings.length > 0 && { warnings }) };
        const notes = warnings.map(({ variable, warning }) => `${variable} ${warning}`);
        printOutcome({ value, text: `the settings are complete\n${fields(summary)}`, notes }, json);
      } catch (error) {
        // The problems are the result as well as the reason for the exit code.
        if (json && error instanceof ConfigurationError) {
          printOutcome({ value: { ok: false, problems: error.problems }, text: '' }, true);
        }
        throw error;
      }
    });
}
