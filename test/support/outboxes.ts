/** Outboxes on one database, as several processes have them, with a mailer that a test holds in its hands. */

import type { SecurityEvent } from '../../src/domain/events/security-events.ts';
import { MailDelivery, type MailWriter } from '../../src/domain/mail/delivery.ts';
import { MailQuotas } from '../../src/domain/mail/mail-quotas.ts';
import { type MailOrder, Outbox } from '../../src/domain/mail/outbox.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { LogFields } from '../../src/ports/log.ts';
import type { Mail, Mailer, SendOptions } from '../../src/ports/mailer.ts';
import type { Stores } from './stores.ts';

export interface HeldMailer extends Mailer {
  readonly sent: Mail[];
  /** What happens to the next ones; they are sent unless set. */
  outcome: (mail: Mail, options: SendOptions) => Promise<void>;
  reachable: boolean;
  looks: number;
}

export function heldMailer(): HeldMailer {
  const mailer: HeldMailer = {
    sent: [],
    outcome: () => Promise.resolve(),
    reachable: true,
    looks: 0,
    async send(mail, options) {
      await mailer.outcome(mail, options);
      mailer.sent.push(mail);
    },
    isReachable() {
      mailer.looks += 1;
      return Promise.resolve(mailer.reachable);
    },
    close: () => undefined,
  };
  return mailer;
}

const writeLink: MailWriter = ({ text, link }) => ({ subject: text, text: link ?? '', html: '' });

export function outboxOver(
  stores: Pick<Stores, 'mails' | 'mailTimes' | 'clock'>,
  mailer: Mailer,
  write: MailWriter = writeLink,
) {
  const { mails, mailTimes: times, clock } = stores;
  const events: SecurityEvent[] = [];
  const logged: (LogFields & { readonly level: string })[] = [];
  const line = (level: string) => (fields: LogFields) => void logged.push({ ...fields, level });
  const recorder = {
    record(noted: readonly SecurityEvent[]) {
      events.push(...noted);
      return Promise.resolve();
    },
  };
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const outbox = new Outbox({ mails, clock, isOn: true, quotas: new MailQuotas({ times, clock, factor: 1 }) });
  outbox.deliverBy(new MailDelivery({ mails, mailer, write, recorder, clock, log, graceMilliseconds: 500 }));
  return { outbox, events, logged };
}

/** Of use for a day. */
export function newOrder(
  { clock }: { readonly clock: Pick<Clock, 'now'> },
  more: Partial<MailOrder> = {},
): Omit<MailOrder, 'to'> {
  const link = 'https://id.example.com/reset/token';
  return { text: 'reset_password', language: 'en', link, usefulUntil: clock.now() + 86_400_000, ...more };
}
