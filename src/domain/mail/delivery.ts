/**
 * Sends what is queued.
 *
 * 1. Whoever sends a mail has a lease on its record, written by compare-and-set: of many processes one sends it.
 * 2. A lease is longer than any sending takes: it is renewed before the message goes out, whose answer may take ten minutes
 *    (RFC 5321 4.5.3.2.6). The mail of a process that died is due again when its lease is over.
 * 3. A message that went out without an answer, or whose process died then, may have arrived. It is sent once more and no oftener.
 * 4. What was not sent is due again after a pause that grows, until it would be of no use.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { type Mail, type Mailer, MailNotSent, MailRejected, MailUnanswered } from '../../ports/mailer.ts';
import { isDue, type MailStore, type QueuedMail } from '../../storage/mail/mails.ts';
import type { EventRecorder } from '../events/recorder.ts';
import { noteInto, type ReasonOf, type SecurityEvent } from '../events/security-events.ts';
import { type Delivery, LEASE_MILLISECONDS, type MailOrder } from './outbox.ts';

export type MailWriter = (order: MailOrder) => Omit<Mail, 'to'> | Promise<Omit<Mail, 'to'>>;

const FIRST_PAUSE_MILLISECONDS = 15_000;
const LONGEST_PAUSE_MILLISECONDS = 15 * 60_000;
const AFTER_THE_ANSWER_MILLISECONDS = 50;
const LISTED_AT_ONCE = 100;
const SENT_AT_ONCE = 10;
const REACHABLE_KNOWN_MILLISECONDS = 10_000;
/** Of a message that goes out: a minute for that, ten for the answer, and one to spare. */
const MESSAGE_LEASE_MILLISECONDS = 12 * 60_000;
const UNANSWERED_AT_MOST = 2;

export interface DeliveryDeps {
  readonly mails: MailStore;
  readonly mailer: Mailer;
  readonly write: MailWriter;
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
  /** For so long a process that stops waits for the answers to messages that are out. */
  readonly graceMilliseconds: number;
}

export class MailDelivery implements Delivery {
  readonly #deps: DeliveryDeps;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #givingUp = new AbortController();
  #looking: Promise<void> | undefined;
  #reachable: { readonly isReachable: Promise<boolean>; readonly until: number } | undefined;

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
  }

  get hasRoom(): boolean {
    return this.#underWay.size < SENT_AT_ONCE && !this.#stopping.signal.aborted;
  }

  begin(mail: QueuedMail): void {
    // After the answer: an address that gets no mail needs no time for making one, and the time of the answer must not show that.
    this.#start(this.#deps.clock.sleep(AFTER_THE_ANSWER_MILLISECONDS).then(() => this.#attempt(mail)));
  }

  #start(work: Promise<void>): void {
    const attempt = work
      .catch((error: Error) => {
        // Its lease ends by itself.
        this.#deps.log.warn({ job: 'mail', cause: error.name }, 'a background job failed');
      })
      .finally(() => this.#underWay.delete(attempt));
    this.#underWay.add(attempt);
  }

  async deliver(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    await this.#idle();
  }

  /** By the last look at the server, which is at most some seconds old; whatever was sent meanwhile, so that it tells nothing about that. */
  isReachable(): Promise<boolean> {
    const now = this.#deps.clock.now();
    if (this.#reachable === undefined || now >= this.#reachable.until) {
      const isReachable = this.#deps.mailer.isReachable();
      this.#reachable = { isReachable, until: now + REACHABLE_KNOWN_MILLISECONDS };
    }
    return this.#reachable.isReachable;
  }

  /** Begins nothing more and ends what is not out as a whole: others send that. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const timer = setTimeout(() => this.#givingUp.abort(), this.#deps.graceMilliseconds);
    await this.#looking;
    await this.#idle();
    clearTimeout(timer);
    this.#deps.mailer.close();
  }

  async #idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #look(): Promise<void> {
    try {
      for (let after: string | null = ''; after !== null && !this.#stopping.signal.aborted; ) {
        const page: Awaited<ReturnType<MailStore['list']>> = await this.#deps.mails.list({
          after,
          limit: LISTED_AT_ONCE,
        });
        const oldestFirst = page.items.toSorted((one, other) => one.dueAt - other.dueAt);
        for (const mail of oldestFirst) await this.#beginIfDue(mail);
        after = page.next;
      }
    } catch (error) {
      this.#deps.log.warn({ job: 'mail', cause: (error as Error).name }, 'a background job failed');
    }
  }

  async #beginIfDue(mail: QueuedMail): Promise<void> {
    const { mails, clock } = this.#deps;
    if (!isDue(mail, clock.now())) return;
    while (this.#underWay.size >= SENT_AT_ONCE) await Promise.race(this.#underWay);
    if (!this.hasRoom) return;
    const now = clock.now();
    const leased = await mails.lease(mail.id, now, now + LEASE_MILLISECONDS);
    if (leased !== undefined) this.#start(this.#attempt(leased));
  }

  async #attempt(mail: QueuedMail): Promise<void> {
    const { mails, clock } = this.#deps;
    const order = mail.order as MailOrder | undefined;
    if (order === undefined) return mails.remove(mail.id);
    if (clock.now() >= mail.usefulUntil) return this.#drop(mail, order, 'too_late');
    if (this.#stopping.signal.aborted) return mails.tryAgainAt(mail, clock.now());
    const { unanswered = 0 } = mail;
    if (unanswered >= UNANSWERED_AT_MOST) return this.#drop(mail, order, 'unanswered');
    try {
      await this.#send(mail, order);
    } catch (error) {
      if (error instanceof MailRejected) return this.#drop(mail, order, error.rejection, error.reason);
      const isUnanswered = error instanceof MailUnanswered;
      if (isUnanswered && unanswered + 1 >= UNANSWERED_AT_MOST)
        return this.#drop(mail, order, 'unanswered', error.reason);
      this.#report(error, mail.attempts);
      const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (mail.attempts - 1), LONGEST_PAUSE_MILLISECONDS);
      const left = isUnanswered ? { ...mail, unanswered: unanswered + 1 } : mail;
      return mails.tryAgainAt(left, Math.min(clock.now() + pause, mail.usefulUntil));
    }
    await mails.remove(mail.id);
  }

  async #send(mail: QueuedMail, order: MailOrder): Promise<void> {
    const { mails, clock, mailer, write } = this.#deps;
    const content = await write(order);
    const options = {
      kind: order.text,
      id: mail.id,
      async beforeMessage() {
        const isOurs = await mails.beginMessage(mail, clock.now() + MESSAGE_LEASE_MILLISECONDS);
        if (!isOurs) throw new MailNotSent('another process has it');
      },
      stopping: this.#stopping.signal,
      signal: this.#givingUp.signal,
    };
    await mailer.send({ ...content, to: order.to }, options);
  }

  #report(error: unknown, attempts: number): void {
    const { log } = this.#deps;
    if (error instanceof MailNotSent) {
      log.warn({ job: 'mail', cause: error.reason, attempts }, 'a mail could not be sent: it is tried again');
    } else log.error({ job: 'mail', error, attempts }, 'a mail could not be made: it is tried again');
  }

  /** With its text, never with whom it was for. */
  async #drop(mail: QueuedMail, { text }: MailOrder, reason: ReasonOf<'mail.dropped'>, why?: string): Promise<void> {
    const events: SecurityEvent[] = [];
    noteInto(events)('mail.dropped', reason, { detail: why === undefined ? text : `${text}: ${why}` });
    await this.#deps.recorder.record(events, { address: 'mail queue' });
    await this.#deps.mails.remove(mail.id);
  }
}
