import { Command } from 'commander';
import { writeResult } from '../../adapters/log/result.ts';
import { version } from '../../src/version.ts';
import { addAccountVerbs } from './account.ts';
import { addAdmissionVerbs } from './account-admission.ts';
import { addFactorVerbs } from './account-factors.ts';
import { addRoleVerbs } from './account-roles.ts';
import { addAuditVerbs } from './audit.ts';
import { addClientVerbs } from './client.ts';
import { refuseContradictions, writeNote } from './command.ts';
import { addConfigVerbs } from './config.ts';
import { addGrantVerbs } from './grants.ts';
import { addKeyVerbs } from './keys.ts';
import { addRegistrationTokenVerbs } from './registration-token.ts';
import { addResourceVerbs } from './resource.ts';
import { addScopeVerbs } from './scope.ts';
import { addStorageVerbs } from './storage.ts';
import { addStorageCopy } from './storage-copy.ts';

export function createProgram(): Command {
  const program = new Command('npm run -s admin --')
    .description('Administers the installation that the environment names, beside a running provider.')
    .exitOverride()
    // What commander says repeats what was typed.
    .configureOutput({ writeOut: (text) => writeResult(text), writeErr: (text) => writeNote(text.trimEnd()) });
  const account = program.command('account').description('people who can sign in');
  addAccountVerbs(account);
  addRoleVerbs(account);
  addFactorVerbs(account);
  addAdmissionVerbs(account);
  addClientVerbs(program.command('client').description('apps and services that ask for tokens'));
  addRegistrationTokenVerbs(program.command('registration-token').description('what apps register themselves with'));
  addGrantVerbs(program.command('grants').description('what people allowed clients'));
  addKeyVerbs(program.command('keys').description('the keys that sign tokens'));
  addResourceVerbs(program.command('resource').description('APIs that take tokens'));
  addScopeVerbs(program.command('scope').description('what apps can ask to know of people'));
  const storage = program.command('storage').description('the database');
  addStorageVerbs(storage);
  addStorageCopy(storage);
  addAuditVerbs(program.command('audit').description('what happened'));
  addConfigVerbs(program.command('config').description('the settings of this environment'));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((noun) => noun.commands)]) {
    command.version(version, '--version', 'print the version of Latchkey');
  }
  for (const verb of program.commands.flatMap((noun) => noun.commands)) {
    verb
      .option('--json', 'print one JSON value and nothing else on standard output')
      .option('--env-file <file>', 'read settings that the environment does not have from this file');
    refuseContradictions(verb);
  }
  return program;
}
