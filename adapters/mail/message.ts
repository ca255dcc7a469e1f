/** What every mail of ours has, wherever it goes. */
import { isIPv4 } from 'node:net';
import { domainToASCII } from 'node:url';
import { type Mail, MailRejected } from '../../src/ports/mailer.ts';

/** One @, and nothing that could end the command or begin another parameter of it (RFC 5321 4.1.1.3). */
const RECIPIENT = /^(?<mailbox>[^\s\p{C}<>@]+)@(?<domain>[^\s\p{C}<>@]+)$/u;
export const IS_ASCII = /^[\x21-\x7e]+$/;
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

/** RFC 5322 3.4.1, RFC 5321 4.1.3: an address in place of a domain stands in brackets. */
export function mailDomainOf(issuer: string): string {
  const { hostname } = new URL(issuer);
  if (hostname.startsWith('[')) return hostname.replace('[', '[IPv6:');
  return isIPv4(hostname) ? `[${hostname}]` : hostname;
}

export interface MessageOptions {
  /** As in the setting. */
  readonly from: string;
  readonly issuer: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function messageOf({ to, subject, text, html }: Mail, { from, issuer, id, now }: MessageOptions) {
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
    messageId: `<${id}@${mailDomainOf(issuer)}>`,
    // RFC 3834 5: whoever is away must not answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
