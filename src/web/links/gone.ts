/** The page of a mailed link that was used, replaced, or is too old. */
import type { Context } from 'koa';
import type { LinkPurpose } from '../../storage/mail/links.ts';
import { dictionaryOf, requestLanguage } from '../pages/language.ts';
import type { Pages } from '../pages/render.ts';

/** Where somebody gets another one; an invitation is sent by an administrator alone. */
const waysOn: Readonly<Record<LinkPurpose, string | undefined>> = {
  confirm_registration: '/account/register',
  accept_invitation: undefined,
  reset_password: '/recover',
  change_email: '/account#profile',
};

/** RFC 9110 15.5.11. */
export function showGone(ctx: Context, purpose: LinkPurpose, pages: Pages): void {
  const language = requestLanguage(ctx);
  const { heading, explanation, again } = dictionaryOf(language).gone;
  const href = waysOn[purpose];
  const on = href === undefined ? { backHint: again[purpose] } : { back: { href, label: again[purpose] } };
  pages.show(
    ctx,
    { view: 'links/gone', language, heading, isProblem: true, explanation, errorCode: 'link_gone', ...on },
    410,
  );
}
