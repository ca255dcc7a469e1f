/** The admin command's nouns and verbs. */
import { Command } from 'commander';
import {
  accountCreate,
  accountDisable,
  accountEnable,
  accountList,
  accountSetPassword,
  accountShow,
} from './account.ts';
import { clientCreate, clientList, clientRemove, clientRotateSecret, clientShow, clientUpdate } from './client.ts';
import { configCheck } from './config.ts';
import { resourceCreate, resourceList, resourceRemove } from './resource.ts';
import { storageCheck, storageMigrate, storagePurge, storageReEncrypt } from './storage.ts';
import { storageCopy } from './storage-copy.ts';

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
    verbs: [storageMigrate, storageCheck, storagePurge, storageReEncrypt, storageCopy],
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
