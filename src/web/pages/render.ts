/** Draws the hosted pages: each from its view, in the reader's language, with the brand and the assets all share. */
import type { Assets } from '../middleware/assets.ts';
import { consentFields } from './consent-fields.ts';
import { errorKind } from './error-kind.ts';
import { dictionaryOf, type Language, waitingTime } from './language.ts';
import { loginFields } from './login-fields.ts';
import { shownName } from './names-and-links.ts';
import type { Brand, Pages } from './page-models.ts';
import { compileViews, type ViewName } from './views.ts';
import { wayBack } from './way-back.ts';
import type { Dictionary } from './words/en.ts';

export interface PagesOptions {
  readonly brand: Brand;
  readonly assets: Assets;
  /** Views here take the place of the built-in ones. */
  readonly overlayFolder?: string;
}

interface AnyPage {
  readonly heading: string;
  /** A page that reports a problem says so first thing, in its title. */
  readonly isProblem?: boolean;
}

export function createPages({ brand, assets, overlayFolder }: PagesOptions): Pages {
  const draw = compileViews(overlayFolder);
  const assetUrls = {
    style: assets.url('latchkey.css'),
    mark: assets.url('mark.svg'),
    revealPassword: assets.url('reveal-password.js'),
  };

  function show(view: ViewName, language: Language, fields: (text: Dictionary) => AnyPage): string {
    const text = dictionaryOf(language);
    const page = fields(text);
    const title = `${page.isProblem ? text.errorTitle(page.heading) : page.heading} · ${brand.name}`;
    return draw(view, { ...page, title, text, language, brand, assets: assetUrls });
  }

  return {
    landing: ({ language, issuer }) =>
      show('landing', language, (text) => ({
        heading: text.landing.heading(brand.name),
        issuer,
        discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      })),

    login: (page) => show('interactions/login', page.language, (text) => loginFields(page, text)),

    consent: (page) => show('interactions/consent', page.language, (text) => consentFields(page, text)),

    expired: ({ language, backTo }) =>
      show('interactions/expired', language, (text) => ({ heading: text.expired.heading, ...wayBack(text, backTo) })),

    error: ({ language, error, errorDescription, requestId, status, backTo }) =>
      show('errors/error', language, (text) => ({
        ...text.error.kinds[errorKind(error, status)],
        ...(backTo && wayBack(text, backTo)),
        isProblem: true,
        error,
        errorDescription,
        requestId,
      })),

    logout: ({ language, action, xsrf, clientName }) =>
      show('logout/confirm', language, (text) => ({
        heading: text.logout.heading,
        explanation: clientName === undefined ? text.logout.asked : text.logout.askedBy(shownName(clientName)),
        leaveApp: clientName === undefined ? undefined : text.logout.leaveApp(shownName(clientName)),
        action,
        xsrf,
      })),

    signedOut: ({ language, clientName, clientUri }) =>
      show('logout/signed-out', language, (text) => {
        if (clientName === undefined)
          return { heading: text.signedOut.heading, explanation: text.signedOut.explanation };
        const way = clientUri === undefined ? {} : wayBack(text, { name: clientName, href: clientUri });
        const heading = text.signedOut.leftHeading(shownName(clientName));
        return { heading, explanation: text.signedOut.leftExplanation, ...way };
      }),

    unavailable: ({ language, retryAfterSeconds }) =>
      show('errors/unavailable', language, (text) => ({
        heading: text.unavailable.heading,
        explanation: text.unavailable.explanation(waitingTime(language, retryAfterSeconds)),
        isProblem: true,
      })),

    notFound: ({ language }) => show('errors/not-found', language, (text) => ({ heading: text.notFound.heading })),
  };
}
