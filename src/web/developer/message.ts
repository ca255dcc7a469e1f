/** A page that says why nothing was done, and leads on by one button. */
import type { Context } from 'koa';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { clientPath, DEVELOPER_PATH } from './paths.ts';

export type PortalMessage = keyof Dictionary['developer']['messages'];

interface MessageRule {
  readonly status: 403 | 404 | 409;
  readonly errorCode: string;
  readonly href: (clientId: string) => string;
}

const toPortal = () => DEVELOPER_PATH;

const rules: Readonly<Record<PortalMessage, MessageRule>> = {
  signed_out: { status: 403, errorCode: 'account_signed_out', href: toPortal },
  no_role: { status: 403, errorCode: 'developer_role_missing', href: () => ACCOUNT_PATH },
  client_unknown: { status: 404, errorCode: 'developer_client_unknown', href: toPortal },
  made_already: { status: 409, errorCode: 'developer_client_made', href: clientPath },
  form_used: { status: 409, errorCode: 'developer_client_made', href: toPortal },
  secret_rotated: { status: 409, errorCode: 'developer_secret_rotated', href: clientPath },
  no_secret: { status: 409, errorCode: 'developer_client_without_secret', href: clientPath },
  clients_full: { status: 409, errorCode: 'developer_clients_full', href: toPortal },
};

export function portalMessagePage(language: Language, code: PortalMessage, clientId = ''): Page {
  const { heading, explanation, button } = dictionaryOf(language).developer.messages[code];
  const { href, errorCode } = rules[code];
  const back = { href: href(clientId), label: button };
  return { view: 'account/message', language, heading, isProblem: true, explanation, code, back, errorCode };
}

export function showPortalMessage(ctx: Context, code: PortalMessage, pages: Pages, clientId?: string): void {
  pages.show(ctx, portalMessagePage(requestLanguage(ctx), code, clientId), rules[code].status);
}
