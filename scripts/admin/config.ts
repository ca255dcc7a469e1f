import type { Command } from 'commander';
import { type Config, ConfigurationError } from '../../src/config/config.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
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
        const summary = summaryOf(configFromEnvironment());
        printOutcome({ value: { ok: true, ...summary }, text: `the settings are complete\n${fields(summary)}` }, json);
      } catch (error) {
        // The problems are the result as well as the reason for the exit code.
        if (json && error instanceof ConfigurationError) {
          printOutcome({ value: { ok: false, problems: error.problems }, text: '' }, true);
        }
        throw error;
      }
    });
}
