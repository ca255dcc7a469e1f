/** The page of a mailed link that was used, replaced, or is too old. */
import type { Context } from 'koa';
import type { LinkPurpose } from '../../storage/mail/links.ts';
import { dictionaryOf, requestLanguage } from '../pages/language.ts';
import type { Pages } from '../pages/render.ts';

/** Where somebody gets another one. An invitation is sent by an administrator alone; it may have been accepted by this very click. */
const waysOn: Readonly<Record<LinkPurpose, string>> = {
  confirm_registration: '/account/register',
  accept_invitation: '/account',
  reset_password: '/recover',
  change_email: '/account#profile',
};

/** RFC 9110 15.5.11. */
export function showGone(ctx: Context, purpose: LinkPurpose, pages: Pages): void {
  const language = requestLanguage(ctx);
  const { heading, explanation, newInvitation, again } = dictionaryOf(language).gone;
  const back = { href: waysOn[purpose], label: again[purpose] };
  const advice = purpose === 'accept_invitation' ? newInvitation : undefined;
  pages.show(
    ctx,
    { view: 'links/gone', language, heading, isProblem: true, explanation, advice, errorCode: 'link_gone', back },
    410,
  );
}
