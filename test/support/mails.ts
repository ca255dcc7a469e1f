/** What was mailed, as the person who gets it reads it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { recipientOf } from '../../adapters/mail/message.ts';
import { type MailText, mailTexts } from '../../src/domain/mail/outbox.ts';
import type { TestInstallation } from './installation.ts';

export interface ReceivedMail {
  readonly text: MailText;
  /** The address that its button leads to. */
  readonly link: string | undefined;
  readonly subject: string;
  /** As text and as HTML. */
  readonly body: string;
  readonly html: string;
  readonly headers: Email['headers'];
}

const FILE_NAME = /^[\dTZ.-]{24}_(?<text>[a-z_]+)_[\da-f]{8}\.eml$/;
const ADDRESS = /https?:\/\/[^\s<>"]+/;

async function readMail(folder: string, name: string): Promise<ReceivedMail & { readonly to: string | undefined }> {
  const text = mailTexts.find((known) => known === FILE_NAME.exec(name)?.groups?.text);
  if (text === undefined) throw new Error(`${name} is no mail of ours`);
  const email = await PostalMime.parse(await readFile(join(folder, name)));
  const { to = [], subject = '', text: body = '', html = '', headers } = email;
  return { to: to[0]?.address, text, link: ADDRESS.exec(body)?.[0], subject, body, html, headers };
}

/** What is no address gets no mail. */
function isSameMailbox(one: string, other: string): boolean {
  try {
    return recipientOf(one).toLowerCase() === recipientOf(other).toLowerCase();
  } catch {
    return false;
  }
}

/** All mails to the address that were sent so far, those in the queue included, the oldest first. */
export async function mailsTo(
  { installation }: Pick<TestInstallation, 'installation'>,
  to: string,
): Promise<readonly ReceivedMail[]> {
  const { config, outbox } = installation;
  await outbox.deliver();
  if (config.mail.way !== 'files') throw new Error('mails are no files here');
  const { folder } = config.mail;
  const names = await readdir(folder).catch(() => []);
  const mails = await Promise.all(names.toSorted().map((name) => readMail(folder, name)));
  return mails.filter((mail) => mail.to !== undefined && isSameMailbox(mail.to, to));
}
