/** A page that says what has happened, or what to do, and leads on by one button. */
import type { Context } from 'koa';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { Strength } from '../../domain/passwords/strength.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { type MailSentOptions, mailSent } from '../pages/mail-sent.ts';
import { chosenPassword } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';

export type MessageCode = keyof Dictionary['account']['messages'];

interface MessageRule {
  readonly status: number;
  readonly href: string;
  readonly errorCode?: string;
}

const rules: Readonly<Record<MessageCode, MessageRule>> = {
  password_changed: { status: 200, href: ACCOUNT_PATH },
  closed: { status: 200, href: '/' },
  address_changed: { status: 200, href: ACCOUNT_PATH },
  address_taken: { status: 409, href: `${ACCOUNT_PATH}#profile`, errorCode: 'address_taken' },
  signed_out: { status: 403, href: ACCOUNT_PATH, errorCode: 'account_signed_out' },
  session_unknown: { status: 404, href: `${ACCOUNT_PATH}#sessions`, errorCode: 'account_session_unknown' },
  app_unknown: { status: 404, href: `${ACCOUNT_PATH}#apps`, errorCode: 'account_app_unknown' },
  factor_unknown: { status: 404, href: `${ACCOUNT_PATH}#factors`, errorCode: 'account_factor_unknown' },
  factor_required: { status: 409, href: `${ACCOUNT_PATH}#factors`, errorCode: 'account_factor_required' },
  factors_full: { status: 409, href: `${ACCOUNT_PATH}#factors`, errorCode: 'account_factors_full' },
  device_unknown: { status: 404, href: `${ACCOUNT_PATH}#factors`, errorCode: 'account_device_unknown' },
  cancelled: { status: 400, href: ACCOUNT_PATH, errorCode: 'access_denied' },
};

/** `strength`: of the password that was set by it; `sent`: where a mail tells of it. */
interface MessageMore {
  readonly strength?: Strength | undefined;
  readonly sent?: MailSentOptions | undefined;
}

export function messagePage(language: Language, code: MessageCode, { strength, sent }: MessageMore = {}): Page {
  const { heading, explanation, button } = dictionaryOf(language).account.messages[code];
  const { status, href, errorCode } = rules[code];
  return {
    view: 'account/message',
    language,
    heading,
    isProblem: status >= 400,
    explanation,
    code,
    chosen: chosenPassword(language, strength),
    ...(sent && { mailSent: mailSent(language, sent, 'notice') }),
    back: { href, label: button },
    ...(errorCode !== undefined && { errorCode }),
  };
}

export function showMessage(ctx: Context, code: MessageCode, pages: Pages, more?: MessageMore): void {
  pages.show(ctx, messagePage(requestLanguage(ctx), code, more), rules[code].status);
}
