/** `storage reseal`: seals everything again under the first of SECRET_KEYS, and says when the others may go. */
import type { Command } from 'commander';
import { refuseHalfACopy } from '../../src/domain/upkeep/copy-mark.ts';
import { type ResealReport, reseal } from '../../src/sealing/reseal.ts';
import type { Outcome } from './print-outcome.ts';
import { createProgress } from './progress.ts';
import type { CommonOptions } from './run-verb.ts';
import { storageSize } from './storage-size.ts';
import { runOnStorage } from './storage-world.ts';

type OlderKey = ResealReport['olderKeys'][number];

function isoTime(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}

function describeOlderKey({ position, values, until }: OlderKey, refreshAnswers: number): string {
  if (values === 0) return `key ${position} of SECRET_KEYS seals nothing any more: it may go.`;
  const isAnswersAlone = until !== undefined && values <= refreshAnswers;
  return isAnswersAlone
    ? `key ${position} of SECRET_KEYS still seals ${values} answers to refresh requests: keep it until ${isoTime(until)}.`
    : `key ${position} of SECRET_KEYS still seals ${values} values: a process that has another key first wrote them. Restart it with the new order, then run this again.`;
}

const COOKIES =
  'Browsers that have not been back since the order of keys changed hold cookies signed with an older key: when it goes, they sign in again.';

function outcomeOf({ resealed, unopenable, olderKeys, refreshAnswers }: ResealReport): Outcome {
  const lines = [
    `resealed ${resealed} values`,
    ...(unopenable > 0 ? [`${unopenable} values do not open: "storage check" names them`] : []),
    ...olderKeys.map((key) => describeOlderKey(key, refreshAnswers)),
    ...(olderKeys.length > 0 ? [COOKIES] : ['SECRET_KEYS holds one key: there is none that could go']),
  ];
  return {
    value: {
      resealed,
      unopenable,
      refreshAnswers,
      olderKeys: olderKeys.map(({ position, values, until }) => ({
        position,
        values,
        isNeeded: values > 0,
        neededUntil: values > 0 ? isoTime(until) : null,
      })),
    },
    text: lines.join('\n'),
  };
}

export function storageReseal(storage: Command): void {
  storage
    .command('reseal')
    .description('seal everything again under the first of SECRET_KEYS')
    .action((options: CommonOptions) =>
      runOnStorage(options, async ({ storage: engine, ring }) => {
        await refuseHalfACopy(engine);
        const progress = createProgress('reseal', await storageSize(engine));
        const report = await reseal(engine, ring(), { onProgress: progress.add });
        progress.end();
        return outcomeOf(report);
      }),
    );
}
