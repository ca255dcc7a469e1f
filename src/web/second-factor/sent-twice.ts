/** A form that came twice at once, by a nervous finger: one of the two is told that what it proved was used already. */
import type { Clock } from '../../ports/clock.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { addressIfFinished } from '../../provider/interactions.ts';
import type { Step } from '../interactions/step.ts';

const TWIN_FINISHES_WITHIN_MILLISECONDS = 250;

export interface SentTwiceDeps {
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/** Where the other one has led to. */
export async function addressIfSentTwice(
  { interaction }: Pick<Step, 'interaction'>,
  { provider, clock }: SentTwiceDeps,
): Promise<string | undefined> {
  await clock.sleep(TWIN_FINISHES_WITHIN_MILLISECONDS);
  return addressIfFinished(provider.current(), interaction);
}
