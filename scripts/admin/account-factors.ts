/** For somebody who cannot prove who they are any more. */
import type { Command } from 'commander';
import { resetFactors } from '../../src/domain/recovery/reset-factors.ts';
import { findAccount } from './account.ts';
import { onOwnIssuer } from './account-admission.ts';
import { type CommonOptions, fields, runVerb } from './command.ts';

export function addFactorVerbs(noun: Command): void {
  noun
    .command('reset-factors')
    .description(
      'remove all second factors, recovery codes and remembered devices of an account, end its sessions and grants, and mail the person; the password alone lets in until there are new ones',
    )
    .argument('<account>', 'id, e-mail address or username')
    .action((text: string, options: CommonOptions) =>
      runVerb(
        options,
        onOwnIssuer(async (installation, note) => {
          const { id } = await findAccount(text, installation.accounts);
          const ended = await resetFactors(id, { ...installation, issuer: installation.config.issuer, note });
          return { value: { id, ...ended }, text: fields({ id, ...ended }) };
        }),
      ),
    );
}
