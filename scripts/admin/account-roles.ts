import type { Command } from 'commander';
import { type ChangedRoles, grantRole, readRole, revokeRole, roles } from '../../src/domain/roles/roles.ts';
import { accountOutcome, findAccount } from './account.ts';
import { type CommonOptions, runVerb } from './command.ts';

interface RoleVerb {
  readonly name: string;
  readonly description: string;
  readonly change: typeof grantRole;
  readonly notes: (role: string, hasChanged: boolean) => readonly string[];
}

const grant: RoleVerb = {
  name: 'grant-role',
  description: 'give an account a role; apps that may see roles are told at their next token',
  change: grantRole,
  notes: (role, hasChanged) => (hasChanged ? [] : [`nothing changed: the account has the role ${role} already`]),
};

const revoke: RoleVerb = {
  name: 'revoke-role',
  description: 'take a role back; sessions, grants and tokens go on, and apps are told at their next token',
  change: revokeRole,
  notes: (role, hasChanged) =>
    hasChanged
      ? ['an app that read the role before may go by it until its next token; "account sessions-end" ends what it has']
      : [`nothing changed: the account does not have the role ${role}`],
};

function addRoleVerb(noun: Command, { name, description, change, notes }: RoleVerb): void {
  noun
    .command(name)
    .description(description)
    .argument('<account>', 'id, e-mail address or username')
    .argument('<role>', roles.join(' or '))
    .action((text: string, typed: string, options: CommonOptions) =>
      runVerb(options, async (installation, note) => {
        const role = readRole(typed);
        const { id } = await findAccount(text, installation.accounts);
        const { account, hasChanged }: ChangedRoles = await change(id, role, { ...installation, note });
        return accountOutcome(account, notes(role, hasChanged));
      }),
    );
}

export function addRoleVerbs(noun: Command): void {
  for (const verb of [grant, revoke]) addRoleVerb(noun, verb);
}
