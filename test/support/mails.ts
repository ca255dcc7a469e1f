/** What was mailed, as the person who gets it reads it. */
import type { MailOrder } from '../../src/domain/mail/outbox.ts';
import type { TestInstallation } from './installation.ts';

export interface ReceivedMail {
  readonly text: MailOrder['text'];
  /** The address that its button leads to. */
  readonly link: string | undefined;
}

/** All mails to the address, the oldest first. */
export async function mailsTo(
  { installation }: Pick<TestInstallation, 'installation'>,
  to: string,
): Promise<readonly ReceivedMail[]> {
  const { items } = await installation.mails.list({ limit: 1000 });
  return items
    .toSorted((one, other) => one.dueAt - other.dueAt)
    .flatMap(({ order }) => (order === undefined ? [] : [order as MailOrder]))
    .filter((order) => order.to === to)
    .map(({ text, values }) => ({ text, link: values.link }));
}
