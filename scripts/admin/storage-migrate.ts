/** `storage migrate`: brings the database to the schema of this version, as the provider does when it starts. */
import type { Command } from 'commander';
import type { CommonOptions } from './run-verb.ts';
import { runOnStorage } from './storage-world.ts';

export function storageMigrate(storage: Command): void {
  storage
    .command('migrate')
    .description('bring the database to the schema of this version')
    .action((options: CommonOptions) =>
      runOnStorage(options, async ({ storage: { schema } }) => {
        const { found: before, current: after, known } = schema;
        const text =
          before === after
            ? `the database has schema version ${after}: nothing to do`
            : `schema version ${before} became ${after}`;
        const notes = after > known ? [`note: version ${after} is newer than this Latchkey, which knows ${known}`] : [];
        return { value: { before, after, known }, text, notes };
      }),
    );
}
