import type { Command } from 'commander';
import type { Installation } from '../../src/compose.ts';
import { listSigningKeys, rotateSigningKeys } from '../../src/provider/signing-keys.ts';
import { type CommonOptions, type Outcome, runVerb, table } from './command.ts';
import { viewSigningKey } from './presenters.ts';

const columns = ['kid', 'alg', 'state', 'signsFrom'] as const;

async function list({ keys, clock }: Installation, notes: readonly string[] = []): Promise<Outcome> {
  const items = (await listSigningKeys(keys, clock)).map(viewSigningKey);
  return { value: { items }, text: table(columns, items), notes };
}

interface RotateOptions extends CommonOptions {
  readonly now?: boolean;
}

const AT_ONCE_NOTE =
  'the keys before stay published, so that what they signed verifies: if one of them has leaked, end the sessions and grants too';

export function addKeyVerbs(noun: Command): void {
  noun
    .command('list')
    .description('list the signing keys, and which of them sign')
    .action((options: CommonOptions) => runVerb(options, (installation) => list(installation)));
  noun
    .command('rotate')
    .description('make new signing keys: published now, signing when every client can have fetched them')
    .option('--now', 'signing from now on: for keys that have leaked')
    .action(({ now = false, ...options }: RotateOptions) =>
      runVerb(options, async (installation, note) => {
        const { keys, clock } = installation;
        const kids = await rotateSigningKeys(keys, clock, { isAtOnce: now });
        for (const kid of kids) note('keys.rotated', now ? 'now' : 'administrator', { detail: kid });
        return list(installation, now ? [AT_ONCE_NOTE] : []);
      }),
    );
}
