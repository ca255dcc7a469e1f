/**
 * The page that posts itself: an answer to an app by `form_post`, and the step on to the end of a session. oidc-provider draws it
 * with no option to draw it otherwise, so it is read here and drawn again. Nothing else knows what its page looks like
 * (`lib/response_modes/form_post.js`); one that is not recognised goes out as it is.
 */
import type { Middleware } from 'koa';
import { type OidcContext, requestParameter } from '../../provider/interactions.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { shownClientName, shownName } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { sentAuthorizationError } from './error-uris.ts';

interface Field {
  readonly name: string;
  readonly value: string;
}

interface HandOver {
  readonly action: string;
  readonly fields: readonly Field[];
}

const INPUT = '<input type="hidden" name="([^"<>]*)" value="([^"<>]*)"/>';
const OTHERS_PAGE = new RegExp(
  [
    '^<!DOCTYPE html>\\s*<html>\\s*<head>[\\s\\S]*?<title>Submitting Callback</title>\\s*<script>[^<]*</script>\\s*</head>\\s*<body>',
    '<form method="post" action="([^"<>]+)">',
    `((?:${INPUT.replaceAll('(', '(?:')}\\s*)*)<noscript>[\\s\\S]*?</noscript>`,
    '</form>\\s*</body>\\s*</html>$',
  ].join('\\s*'),
);

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const REFERENCE = /&(?:(amp|lt|gt|quot|#39);)?/g;

/** Undefined for anything but what oidc-provider escapes, and as it does. */
function unescaped(text: string): string | undefined {
  let isKnown = true;
  const plain = text.replace(REFERENCE, (_all, name: string | undefined) => {
    isKnown &&= name !== undefined;
    return characters[name ?? ''] ?? '';
  });
  return isKnown ? plain : undefined;
}

function readHandOver(body: unknown): HandOver | undefined {
  const [, action, inputs = ''] = (typeof body === 'string' && OTHERS_PAGE.exec(body)) || [];
  const plainAction = action && unescaped(action);
  if (!plainAction) return undefined;
  const fields: Field[] = [];
  for (const [, name = '', escaped = ''] of inputs.matchAll(new RegExp(INPUT, 'g'))) {
    const value = unescaped(escaped);
    if (value === undefined) return undefined;
    fields.push({ name, value });
  }
  return { action: plainAction, fields };
}

export interface HandOverPage extends HandOver {
  readonly language: Language;
  readonly leadsTo: 'app' | 'signOut' | 'otherAccount' | 'nextStep';
  readonly clientName?: string | undefined;
}

export function handOverPage({ language, leadsTo, clientName, action, fields }: HandOverPage): Page {
  const { handOver, consent } = dictionaryOf(language);
  const words = handOver[leadsTo];
  // The address of an app on the device has no host (RFC 8252 7.1).
  const app = shownName(clientName ?? '') || URL.parse(action)?.host || consent.onThisDevice;
  const heading = typeof words.heading === 'string' ? words.heading : words.heading(app);
  return { view: 'hand-over', language, heading, explanation: words.explanation, action, fields };
}

function whereTo({ oidc }: OidcContext, { action, fields }: HandOver): HandOverPage['leadsTo'] {
  if (action === oidc.urlFor('end_session_confirm')) return oidc.route === 'end_session' ? 'signOut' : 'otherAccount';
  return fields.some(({ name }) => name === 'user_code') ? 'nextStep' : 'app';
}

/** Of a signed answer (JARM) the only field is the signature. */
function withErrorUri(ctx: OidcContext, fields: readonly Field[], pages: Pages): readonly Field[] {
  const code = sentAuthorizationError(ctx);
  if (code === undefined || !fields.some(({ name }) => name === 'error')) return fields;
  return [...fields, { name: 'error_uri', value: pages.errorUri(code) }];
}

export function drawHandOvers(pages: Pages): Middleware {
  return async (koaContext, next) => {
    const policy = koaContext.response.get('Content-Security-Policy');
    await next();
    const read = readHandOver(koaContext.body);
    if (read === undefined) return;
    const ctx = koaContext as unknown as OidcContext;
    // Without the hash of the script that is gone.
    if (policy) ctx.set('Content-Security-Policy', policy);
    const language = requestLanguage(ctx, requestParameter(ctx, 'ui_locales'));
    const clientName = shownClientName(ctx, language);
    const fields = withErrorUri(ctx, read.fields, pages);
    // An error as well (OAuth 2.0 Form Post Response Mode 2): the page is no failure, it tells the app of one.
    pages.show(ctx, handOverPage({ ...read, fields, language, leadsTo: whereTo(ctx, read), clientName }), 200);
  };
}
