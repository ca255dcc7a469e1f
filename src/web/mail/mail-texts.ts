/**
 * The texts of mails, drawn from views/mail. The brand is the only name in them: most go to an address that nobody has proven
 * yet, and a name such as "evil.example" would make of them a way to send strangers links. Only a code for whoever has typed the
 * account's password says for which app it is, where the name leads nowhere (domain/factors/sent-codes.ts).
 */
import { type Accent, ConfigurationError } from '../../config/config.ts';
import { CODE_LIFE_MINUTES } from '../../domain/factors/sent-codes.ts';
import { linkTexts } from '../../domain/links/links.ts';
import { type MailFacts, type MailOrder, type MailText, mailTexts } from '../../domain/mail/outbox.ts';
import { noticeTexts } from '../../domain/notices/notices.ts';
import type { Mail } from '../../ports/mailer.ts';
import { deviceName } from '../account/session-list.ts';
import { directionOf, type Language, languages, mailWordsOf, spokenLanguage } from '../pages/language.ts';
import { shownName, shownText, webLink } from '../pages/names-and-links.ts';
import type { Views } from '../pages/views.ts';

/** Without their links these would be of no use. The others have a button where the order has a link, and the text has words for one. */
const needLink: ReadonlySet<MailText> = new Set([...Object.values(linkTexts), ...noticeTexts]);

const haveCode: ReadonlySet<MailText> = new Set(['sign_in_code', 'second_factor_code']);

const LONGEST_SUBJECT = 150;

const folderOf = (text: MailText): string => text.replaceAll('_', '-');

/** Nobody knows the time zone of whoever reads it. */
export function shownTime(milliseconds: number, language: Language): string {
  const day = { year: 'numeric', month: 'long', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: '2-digit', timeZone: 'UTC', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat(language, { ...day, ...time }).format(milliseconds);
}

function shownFacts({ at, factor, device, address }: MailFacts, language: Language): readonly string[] {
  const words = mailWordsOf(language).facts;
  return [
    words.at(shownTime(at, language)),
    ...(factor === undefined ? [] : [words.factor(words.factors[factor])]),
    ...(device === undefined ? [] : [words.device(deviceName(language, device))]),
    ...(address === undefined ? [] : [words.address(shownText(address))]),
  ];
}

/** Throws where an order lacks what its text cannot do without. */
function linkOf({ text, link }: MailOrder, words: { readonly action: string }): string | undefined {
  if (link !== undefined && (webLink(link) === undefined || /\s/.test(link)))
    throw new TypeError(`the link of the mail ${text} is no address`);
  if (link === undefined && needLink.has(text)) throw new TypeError(`the mail ${text} needs a link`);
  return words.action === '' ? undefined : link;
}

/** Throws where an order lacks what its text cannot do without. */
function codeIn({ text, code = '' }: MailOrder): string | undefined {
  if (!haveCode.has(text)) return undefined;
  if (!/^\d{4,10}$/.test(code)) throw new TypeError(`the mail ${text} needs a code`);
  return code;
}

export interface MailTextsDeps {
  readonly views: Pick<Views, 'draw'>;
  readonly brandName: string;
  /** Of its button. Of the light mode: no mail says which of the two it is read in. */
  readonly accent?: Accent | undefined;
}

/** As the style sheet has it. */
const ours: Accent = { accent: '#0f5a48', hover: '#0b4436', onAccent: '#ffffff' };

export class MailTexts {
  readonly #views: Pick<Views, 'draw'>;
  readonly #brandName: string;
  readonly #accent: Accent;

  constructor({ views, brandName, accent = ours }: MailTextsDeps) {
    this.#accent = accent;
    this.#views = views;
    this.#brandName = shownName(brandName);
  }

  /** Draws each once. Throws a `ConfigurationError` that names those which cannot be drawn, or leave out what they are for. */
  check(): void {
    const link = 'https://id.example.com/link/0';
    const code = '01234567';
    const orders = mailTexts.flatMap((text) => languages.map((language) => ({ text, language })));
    const problems = orders.flatMap(({ text, language }) => {
      const folder = JSON.stringify(`mail/${folderOf(text)}`);
      try {
        const mail = this.write({ text, language, to: '', link, code, usefulUntil: 0 });
        const has = (needed: string) => mail.text.includes(needed) && mail.html.includes(needed);
        const lacking = [
          ...(mail.subject === '' ? ['the subject'] : []),
          ...(needLink.has(text) && !has(link) ? ['the link'] : []),
          ...(haveCode.has(text) && !has(code) ? ['the code'] : []),
        ];
        return lacking.map((part) => `leaves out ${part} in ${folder} (${language})`);
      } catch (error) {
        const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : '';
        return [`has a view for ${folder} that cannot be drawn in ${language} (${reason})`];
      }
    });
    if (problems.length === 0) return;
    throw new ConfigurationError(problems.map((problem) => ({ variable: 'VIEWS_FOLDER', problem })));
  }

  /** In the language of the order, else in English. */
  write(order: MailOrder): Omit<Mail, 'to'> {
    const language = spokenLanguage(order.language) ?? 'en';
    const { until, byHand, sender, texts, ...codes } = mailWordsOf(language);
    const { subject, why, todo, action, notYou } = texts[order.text];
    const brandName = this.#brandName;
    const link = linkOf(order, { action });
    const code = codeIn(order);
    const app = order.text === 'second_factor_code' ? order.appName : undefined;
    const fields = {
      language,
      direction: directionOf(language),
      brandName,
      accent: this.#accent.accent,
      onAccent: this.#accent.onAccent,
      subject: subject(brandName),
      why: why(brandName),
      ...(order.facts !== undefined && { facts: shownFacts(order.facts, language) }),
      todo,
      notYou,
      sender: sender(brandName),
      ...(link !== undefined && { link, action, byHand }),
      ...(code !== undefined && {
        code,
        codeLine: codes.codeLine(code, brandName),
        codeUntil: codes.codeUntil(String(CODE_LIFE_MINUTES)),
      }),
      ...(app !== undefined && { app: codes.forApp(app) }),
      ...(needLink.has(order.text) && { until: until(shownTime(order.usefulUntil, language)) }),
    };
    const draw = (part: string) => this.#views.draw(`mail/${folderOf(order.text)}/${part}`, fields);
    return {
      subject: Array.from(shownText(draw('subject.txt')))
        .slice(0, LONGEST_SUBJECT)
        .join(''),
      text: `${draw('body.txt').trim()}\n`,
      html: draw('body.html'),
    };
  }
}
