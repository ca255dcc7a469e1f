/** What a page says that may have sent a mail, the same whether it did: the view `layout/mail-sent` draws it. */
import { dictionaryOf, type Language } from './language.ts';

/** Lists the mails that development writes to files. */
export const MAILS_PATH = '/development/mails';

export interface MailSentOptions {
  readonly isReachable: boolean;
  /** Mails are files, which a page lists. */
  readonly isDevelopment: boolean;
}

/** How it is at this moment, whoever the mail is for. */
export type MailState = () => Promise<MailSentOptions>;

/** Takes the member `mailSent` of a page. `notice`: of a mail that tells its owner what has just happened. */
export function mailSent(
  language: Language,
  { isReachable, isDevelopment }: MailSentOptions,
  of: 'link' | 'notice' = 'link',
) {
  const { mailSent: words, mailNotice } = dictionaryOf(language);
  return {
    explanation: of === 'notice' ? mailNotice : words.explanation,
    ...(!isReachable && { delay: words.delay }),
    ...(isDevelopment && { mails: { href: MAILS_PATH, label: words.mails } }),
  };
}
