/** The pages on which development shows the mails that it writes to files. Their HTML is shown as source: it is no page of ours. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RouterContext } from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { Address } from 'postal-mime';
import { isLoopbackListener, plainAddress } from '../../config/config.ts';
import { requestOf } from '../../provider/request.ts';
import { type Language, mailWordsOf, requestLanguage } from '../pages/language.ts';
import { MAILS_PATH } from '../pages/mail-sent.ts';
import { shownText } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { shownTime } from './mail-texts.ts';

const MAIL_ENDING = '.eml';
const MOST_SHOWN = 100;
const MOST_BYTES = 1024 * 1024;
const LONGEST_LINE = 200;

/** Each as it stands in the file. */
export interface FoundMail {
  /** Of its file. */
  readonly name: string;
  /** Absent: the file is no mail. */
  readonly content?: {
    readonly subject: string;
    readonly from: string;
    readonly to: string;
    readonly sentAt: string;
    readonly text: string;
    readonly html: string;
  };
}

const hrefOf = (name: string): string => `${MAILS_PATH}/${encodeURIComponent(name)}`;

const line = (text: string): string => Array.from(shownText(text)).slice(0, LONGEST_LINE).join('');

function shownDate(sentAt: string, language: Language): string {
  const milliseconds = Date.parse(sentAt);
  return Number.isNaN(milliseconds) ? line(sentAt) : shownTime(milliseconds, language);
}

export function mailsPage(language: Language, mails: readonly FoundMail[]): Page {
  const words = mailWordsOf(language).development;
  const shown = mails.map(({ name, content }) => ({
    href: hrefOf(name),
    subject: content === undefined ? words.unreadable : line(content.subject) || line(name),
    to: content === undefined ? line(name) : line(content.to),
    sentAt: content === undefined ? '' : shownDate(content.sentAt, language),
  }));
  const explanation = words.explanation(String(MOST_SHOWN));
  return { view: 'development/mails', language, ...words, explanation, isWide: true, mails: shown };
}

/** Nothing else that stands in a mail becomes a link than an address of ours. */
function pieces(text: string, issuer: string): readonly { readonly text: string; readonly isLink: boolean }[] {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((piece) => ({ text: piece, isLink: piece.startsWith(`${issuer}/`) }));
}

export function mailPage(language: Language, { name, content }: FoundMail, issuer: string): Page {
  const words = mailWordsOf(language).development;
  const page = { view: 'development/mail', language, isWide: true, allHref: MAILS_PATH, words };
  if (content === undefined) return { ...page, heading: words.unreadable, file: line(name) };
  return {
    ...page,
    heading: line(content.subject) || line(name),
    file: line(name),
    mail: {
      from: line(content.from),
      to: line(content.to),
      sentAt: shownDate(content.sentAt, language),
      pieces: pieces(content.text.trim(), issuer),
      html: content.html,
    },
  };
}

function shownAddresses(addresses: readonly Address[] | undefined): string {
  const all = (addresses ?? []).flatMap((address) => address.group ?? [address]);
  return all.map(({ name, address }) => (name === '' ? address : `${name} <${address}>`)).join(', ');
}

/** The newest first: their names begin with the time. None where the folder is not there yet. */
async function newestIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(MAIL_ENDING)).map(({ name }) => name);
  return names.toSorted().toReversed().slice(0, MOST_SHOWN);
}

/** A file that was cut off, is no mail or is gone again is one without content. */
async function readMail(folder: string, name: string): Promise<FoundMail> {
  const path = join(folder, name);
  try {
    if ((await stat(path)).size > MOST_BYTES) return { name };
    // Loaded when it is needed: production never does.
    const { default: PostalMime } = await import('postal-mime');
    const { subject = '', from, to, date = '', text = '', html = '' } = await PostalMime.parse(await readFile(path));
    const addresses = { from: shownAddresses(from && [from]), to: shownAddresses(to) };
    return { name, content: { subject, ...addresses, sentAt: date, text, html } };
  } catch {
    return { name };
  }
}

export interface DevelopmentMailsDeps {
  readonly folder: string;
  readonly issuer: string;
  readonly pages: Pages;
}

export class DevelopmentMails {
  readonly #deps: DevelopmentMailsDeps;

  constructor(deps: DevelopmentMailsDeps) {
    this.#deps = deps;
  }

  /**
   * The links in it are as good as passwords. A page of another site reaches a loopback address by a name of its own that leads there
   * (DNS rebinding), and HOST may let in the whole network: to them there is no page here.
   */
  #isForOperator(ctx: Context): boolean {
    const { givenHost = '' } = requestOf(ctx);
    const addresses = [plainAddress(ctx.req.socket.remoteAddress ?? ''), ctx.ip];
    return givenHost.toLowerCase() === new URL(this.#deps.issuer).host && addresses.every(isLoopbackListener);
  }

  readonly list: Middleware = async (ctx) => {
    const { folder, pages } = this.#deps;
    if (!this.#isForOperator(ctx)) return;
    const mails: FoundMail[] = [];
    // One after the other: each may take a megabyte.
    for (const name of await newestIn(folder)) mails.push(await readMail(folder, name));
    pages.show(ctx, mailsPage(requestLanguage(ctx), mails));
  };

  /** Of those that the list shows: what a request names is compared, and never made a path of. */
  readonly show: Middleware = async (ctx) => {
    const { folder, issuer, pages } = this.#deps;
    if (!this.#isForOperator(ctx)) return;
    const { name: wanted } = (ctx as unknown as RouterContext).params;
    const name = (await newestIn(folder)).find((one) => one === wanted);
    if (name !== undefined) pages.show(ctx, mailPage(requestLanguage(ctx), await readMail(folder, name), issuer));
  };
}
