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

type AddressedMail = ReceivedMail & { readonly to: string | undefined };

async function readMail(folder: string, name: string): Promise<AddressedMail> {
  const text = mailTexts.find((one) => one === FILE_NAME.exec(name)?.groups?.text);
  if (text === undefined) throw new Error(`${name} is no mail of ours`);
  const email = await PostalMime.parse(await readFile(join(folder, name)));
  const { to = [], subject = '', text: body = '', html = '', headers } = email;
  return { to: to[0]?.address, text, link: ADDRESS.exec(body)?.[0], subject, body, html, headers };
}

/** Read once: what was mailed does not change any more. */
const known = new Map<string, Promise<AddressedMail>>();

function knownMail(folder: string, name: string): Promise<AddressedMail> {
  const path = join(folder, name);
  const mail = known.get(path) ?? readMail(folder, name);
  known.set(path, mail);
  return mail;
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
  // A look at the queue that was under way already may have passed over the newest mail.
  await outbox.deliver();
  await outbox.deliver();
  if (config.mail.way !== 'files') throw new Error('mails are no files here');
  const { folder } = config.mail;
  const names = await readdir(folder).catch(() => []);
  const mails = await Promise.all(names.toSorted().map((name) => knownMail(folder, name)));
  return mails.filter((mail) => mail.to !== undefined && isSameMailbox(mail.to, to));
}
