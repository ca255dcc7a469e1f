/** What every mail of ours has, wherever it goes. */
import { domainToASCII } from 'node:url';
import { type Mail, MailRejected } from '../../src/ports/mailer.ts';

/** One @, and nothing that could end the command or begin another parameter of it (RFC 5321 4.1.1.3). */
const RECIPIENT = /^(?<mailbox>[^\s\p{C}<>@]+)@(?<domain>[^\s\p{C}<>@]+)$/u;
const IS_ASCII = /^[\x21-\x7e]+$/;
const LINE_BREAKS = /[\p{Cc}\u2028\u2029]+/gu;
const SENDER = /^(?:(?<name>[^<>]*) )?<?(?<address>[^<>\s]+@[^<>\s]+?)>?$/u;

/** As the server is told: the stored address, its domain as the DNS knows it. */
export function recipientOf(to: string): string {
  const { mailbox, domain } = RECIPIENT.exec(to)?.groups ?? {};
  const ascii = domain === undefined || IS_ASCII.test(domain) ? domain : domainToASCII(domain);
  if (mailbox === undefined || !ascii) throw new MailRejected('no address');
  return `${mailbox}@${ascii}`;
}

/** On one line; and a name in it that looks encoded (RFC 2047 2) is read as it was written. */
function subjectOf(subject: string): string {
  return subject.replace(LINE_BREAKS, ' ').replaceAll('=?', '= ?').trim();
}

function senderOf(from: string) {
  const { name = '', address = '' } = SENDER.exec(from)?.groups ?? {};
  return { name, address };
}

/** `from` as in the setting, `now` in milliseconds since the epoch. */
export function messageOf({ to, subject, text, html }: Mail, from: string, now: number) {
  const sender = senderOf(from);
  const recipient = recipientOf(to);
  return {
    from: sender,
    // An object is taken as it is; a text would be parsed, and could be several.
    to: { name: '', address: recipient },
    envelope: { from: sender.address, to: [recipient] },
    subject: subjectOf(subject),
    text,
    html,
    date: new Date(now),
    // RFC 3834 5: whoever is away must not answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
