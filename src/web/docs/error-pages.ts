/** The pages behind `error_uri`: one for each error code, and one that lists them. */
import type { RouterContext } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { publicDocumentsMaxAgeSeconds } from '../../provider/options/lifetimes.ts';
import { ERRORS_PATH } from '../middleware/error-uris.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import type { Page, Pages } from '../pages/render.ts';
import { accessTokenErrors } from './errors/access-tokens.ts';
import { accountErrors } from './errors/account.ts';
import { clientErrors } from './errors/clients.ts';
import { developerErrors } from './errors/developer.ts';
import { mailedLinkErrors } from './errors/mailed-links.ts';
import { requestObjectErrors } from './errors/request-objects.ts';
import { requestErrors } from './errors/requests.ts';
import { serviceErrors } from './errors/service.ts';
import { signInErrors } from './errors/sign-ins.ts';
import { switchedOffErrors } from './errors/switched-off.ts';
import { tokenErrors } from './errors/tokens.ts';
import type { Explanation, Explanations } from './explanation.ts';

const families: readonly Explanations[] = [
  ...[
    requestErrors,
    requestObjectErrors,
    clientErrors,
    mailedLinkErrors,
    signInErrors,
    tokenErrors,
    accessTokenErrors,
    serviceErrors,
    switchedOffErrors,
    accountErrors,
    developerErrors,
  ],
];

/** A map, because the code comes from an address. */
export const explanations: ReadonlyMap<string, Explanation> = new Map(
  families.flatMap((family) => Object.entries(family)).toSorted(([one], [other]) => (one < other ? -1 : 1)),
);

interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

/** Every second piece stands between marks: code between backticks, values between braces. */
function pieces(text: string, marks: RegExp): readonly Piece[] {
  return text.split(marks).map((piece, index) => ({ text: piece, isMarked: index % 2 === 1 }));
}

const prose = (text: string) => pieces(text, /`/);
const description = (text: string) => (text === '' ? undefined : pieces(text, /\{([^{}]*)\}/));

function isSent({ causes }: Explanation): boolean {
  return Object.keys(causes).length > 0;
}

export function explanationPage(language: Language, code: string, explanation: Explanation): Page {
  const messages = Object.entries(explanation.causes).map(([text, causes]) => ({
    description: description(text),
    causes: Object.entries(causes).map(([id, { why, fix }]) => ({ id, why: prose(why), fix: prose(fix) })),
  }));
  const { sections, summary } = explanation;
  const links = { sections, indexHref: ERRORS_PATH, command: 'npm run -s admin --' };
  const shown = { summary: prose(summary), messages, isSent: isSent(explanation), ...links };
  return { view: 'docs/error', language, heading: code, isWide: true, ...shown };
}

export function errorIndexPage(language: Language): Page {
  const entries = (wanted: boolean) =>
    [...explanations]
      .filter(([, explanation]) => isSent(explanation) === wanted)
      .map(([code, { summary }]) => ({ code, href: `${ERRORS_PATH}/${code}`, summary: prose(summary) }));
  const { heading } = dictionaryOf(language).errorDocs;
  return { view: 'docs/errors', language, heading, isWide: true, sent: entries(true), neverSent: entries(false) };
}

export function unknownErrorPage(language: Language): Page {
  const { unknownHeading: heading } = dictionaryOf(language).errorDocs;
  return { view: 'docs/unknown', language, errorCode: 'not_found', heading, indexHref: ERRORS_PATH };
}

/** The same for everybody who reads the same language. */
function publish(ctx: Context, pages: Pages, page: Page): void {
  pages.show(ctx, page);
  ctx.set('Cache-Control', `public, max-age=${publicDocumentsMaxAgeSeconds}`);
  ctx.vary('Accept-Language');
}

export function showErrorIndex(pages: Pages): Middleware {
  return (ctx) => publish(ctx, pages, errorIndexPage(requestLanguage(ctx)));
}

export function showExplanation(pages: Pages): Middleware {
  return (ctx) => {
    const { code = '' } = (ctx as unknown as RouterContext).params;
    const explanation = explanations.get(code);
    const language = requestLanguage(ctx);
    if (explanation === undefined) pages.show(ctx, unknownErrorPage(language), 404);
    else publish(ctx, pages, explanationPage(language, code, explanation));
  };
}
