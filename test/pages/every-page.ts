/** Draws every page, filled with one text wherever others can choose a text. */
import { createAssets } from '../../src/web/middleware/assets.ts';
import type { Language } from '../../src/web/pages/language.ts';
import type { ConsentPage, LoginPage, Pages } from '../../src/web/pages/page-models.ts';
import { createPages } from '../../src/web/pages/render.ts';

export const assets = createAssets();
export const pages: Pages = createPages({ brand: { name: 'Latchkey' }, assets });

export function loginPage(language: Language = 'en', text = 'Harbour Notes'): LoginPage {
  return { language, action: text, abortAction: text, csrfToken: text, clientName: text, login: text };
}

export function consentPage(language: Language = 'en', text = 'Harbour Notes'): ConsentPage {
  return {
    language,
    action: text,
    abortAction: text,
    csrfToken: text,
    client: { name: text, uri: text, logoUri: text, policyUri: text, tosUri: text, isVerified: false },
    account: { email: text, name: text },
    oidcScopes: ['openid', 'profile', 'email', text],
    oidcClaims: ['birthdate', text],
    resources: [{ name: text, identifier: text, scopes: [{ name: text }, { name: 'read', description: text }] }],
    redirectHost: text,
    keepsAccess: true,
    signOutHref: text,
  };
}

export function everyPage(language: Language = 'en', text = 'Harbour Notes'): Readonly<Record<string, string>> {
  const backTo = { name: text, href: 'https://notes.example/' };
  const error = { language, error: text, errorDescription: text, requestId: text };
  return {
    landing: pages.landing({ language, issuer: text }),
    login: pages.login(loginPage(language, text)),
    loginWithProblem: pages.login({ ...loginPage(language, text), problem: 'missing_login', hint: 'sign_in_again' }),
    consent: pages.consent(consentPage(language, text)),
    expired: pages.expired({ language, backTo }),
    error: pages.error({ ...error, status: 400, backTo }),
    logout: pages.logout({ language, action: text, xsrf: text }),
    logoutAskedByApp: pages.logout({ language, action: text, xsrf: text, clientName: text }),
    signedOut: pages.signedOut({ language }),
    leftOneApp: pages.signedOut({ language, clientName: text, clientUri: 'https://notes.example/' }),
    unavailable: pages.unavailable({ language, retryAfterSeconds: 5 }),
    notFound: pages.notFound({ language }),
  };
}
