/**
 * Tells the owner of an account of many failed sign-ins: at the tenth within an hour, and once a day at most. Both are counted in one
 * call on the database each, so that of many processes one mails it.
 *
 * Names that no account has are counted as accounts are, and cost the same calls: else the time of an answer would tell which
 * accounts there are.
 */
import type { Event, EventRecord, EventSink } from '../../ports/events.ts';
import type { Account } from '../../storage/records/accounts.ts';
import type { Counters } from '../../storage/records/counters.ts';
import { isUsable } from '../accounts/usable.ts';
import type { ReasonOf } from '../events/security-events.ts';
import { mailLanguageOf } from '../mail/language.ts';
import { type NoticeDeps, notify, notifyNobody } from './notices.ts';

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const FAILURES = 10;

/** Something was guessed, and it was wrong. */
const guesses: ReadonlySet<string> = new Set<ReasonOf<'sign_in.failed'>>([
  'account_disabled',
  'account_expired',
  'unknown_account',
  'wrong_password',
  'wrong_code',
  'wrong_mailed_code',
  'wrong_recovery_code',
]);

export interface FailureWatchDeps extends NoticeDeps {
  readonly counters: Pick<Counters, 'add'>;
}

export class FailureWatch implements EventSink {
  readonly #deps: FailureWatchDeps;

  constructor(deps: FailureWatchDeps) {
    this.#deps = deps;
  }

  async record(events: readonly Event[]): Promise<void> {
    for (const { record } of events) {
      if (record.event === 'sign_in.failed' && guesses.has(record.reason)) await this.#count(record);
    }
  }

  async #count({ accountId, accountReference = '' }: EventRecord): Promise<void> {
    const { counters, accounts, clock } = this.#deps;
    const subject = accountId === undefined ? `name ${accountReference}` : `account ${accountId}`;
    if ((await counters.add(`failed sign-ins ${subject}`, HOUR_SECONDS)) !== FAILURES) return;
    if ((await counters.add(`notice of failed sign-ins ${subject}`, DAY_SECONDS)) !== 1) return;
    const account = await accounts.get(accountId ?? 'nobody');
    if (account === undefined || !isUsable(account, clock.now())) await notifyNobody('failed_sign_ins', this.#deps);
    else await this.#notify(account);
  }

  #notify(account: Account): Promise<void> {
    return notify(account, { text: 'failed_sign_ins' }, mailLanguageOf(account), this.#deps);
  }
}
