/** The admin command's nouns and verbs. */
import { Command } from 'commander';
import { accountCreate } from './account-create.ts';
import { accountDisable } from './account-disable.ts';
import { accountEnable } from './account-enable.ts';
import { accountList } from './account-list.ts';
import { accountSetPassword } from './account-set-password.ts';
import { accountShow } from './account-show.ts';
import { clientCreate } from './client-create.ts';
import { clientList } from './client-list.ts';
import { clientRemove } from './client-remove.ts';
import { clientRotateSecret } from './client-rotate-secret.ts';
import { clientShow } from './client-show.ts';
import { clientUpdate } from './client-update.ts';
import { configCheck } from './config-check.ts';
import { resourceCreate } from './resource-create.ts';
import { resourceList } from './resource-list.ts';
import { resourceRemove } from './resource-remove.ts';
import { storageCheck } from './storage-check.ts';
import { storageCopy } from './storage-copy.ts';
import { storageMigrate } from './storage-migrate.ts';
import { storagePurge } from './storage-purge.ts';
import { storageReseal } from './storage-reseal.ts';

interface Noun {
  readonly about: string;
  readonly verbs: readonly ((noun: Command) => void)[];
}

const nouns: Readonly<Record<string, Noun>> = {
  account: {
    about: 'people who can sign in',
    verbs: [accountCreate, accountList, accountShow, accountSetPassword, accountDisable, accountEnable],
  },
  client: {
    about: 'apps and services that ask for tokens',
    verbs: [clientCreate, clientList, clientShow, clientUpdate, clientRotateSecret, clientRemove],
  },
  resource: { about: 'APIs that take tokens', verbs: [resourceCreate, resourceList, resourceRemove] },
  storage: {
    about: 'the database',
    verbs: [storageMigrate, storageCheck, storagePurge, storageReseal, storageCopy],
  },
  config: { about: 'the settings of this environment', verbs: [configCheck] },
};

export function createProgram(): Command {
  const program = new Command('npm run -s admin --')
    .description('Administers the installation that the environment names, beside a running provider.')
    .exitOverride();
  for (const [name, { about, verbs }] of Object.entries(nouns)) {
    const noun = program.command(name).description(about);
    for (const addVerb of verbs) addVerb(noun);
    for (const verb of noun.commands) verb.option('--json', 'print one JSON value and nothing else on standard output');
  }
  return program;
}
