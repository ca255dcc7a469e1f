/** `client rotate-secret`: a new secret beside the old one, or the end of the old one. */
import type { Command } from 'commander';
import { retirePreviousSecrets, rotateClientSecret } from '../../src/domain/clients/rotate-client-secret.ts';
import { fields } from './layout.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';
import { UsageRefused } from './usage-refused.ts';

interface Options extends CommonOptions {
  readonly atOnce?: boolean;
  readonly finish?: boolean;
}

export function clientRotateSecret(client: Command): void {
  client
    .command('rotate-secret')
    .description('give a client a new secret; the one before goes on working until --finish or the next rotation')
    .argument('<client_id>')
    .option('--at-once', 'the secrets before stop working now: for one that has leaked')
    .option('--finish', 'no new secret: only the newest one goes on working')
    .action((clientId: string, { atOnce = false, finish = false, ...options }: Options) =>
      runVerb(options, async (installation) => {
        if (atOnce && finish) throw new UsageRefused('--at-once and --finish exclude each other');
        if (finish) {
          await retirePreviousSecrets(clientId, installation);
          return { value: { client_id: clientId }, text: 'only the newest secret is accepted now' };
        }
        const secret = await rotateClientSecret({ clientId, keepsPrevious: !atOnce }, installation);
        const value = { client_id: clientId, client_secret: secret };
        const left = atOnce ? [] : ['the secret before works until "client rotate-secret --finish"'];
        return { value, text: fields(value), notes: ['the secret is shown this once: only its hash is kept', ...left] };
      }),
    );
}
