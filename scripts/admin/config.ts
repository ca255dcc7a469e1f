/** `config check`: says whether the provider would start with these settings; touches no database. */
import type { Command } from 'commander';
import { type Config, ConfigurationError } from '../../src/config/config.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { type CommonOptions, fields, printOutcome } from './command.ts';

/** What is safe to show: an address of a database may hold a password. */
function summaryOf({ mode, issuer, host, port, workers, storageUrl, secretKeys }: Config) {
  const storage = storageUrl.slice(0, storageUrl.indexOf(':'));
  return { mode, issuer, host, port, workers, storage, secretKeys: secretKeys.length };
}

export function configCheck(config: Command): void {
  config
    .command('check')
    .description('check the settings of this environment')
    .action(({ json = false }: CommonOptions) => {
      try {
        const summary = summaryOf(configFromEnvironment());
        printOutcome({ value: { ok: true, ...summary }, text: `the settings are complete\n${fields(summary)}` }, json);
      } catch (error) {
        // The problems are this verb's result, besides being the reason for its exit code.
        if (json && error instanceof ConfigurationError)
          printOutcome({ value: { ok: false, problems: error.problems }, text: '' }, true);
        throw error;
      }
    });
}
