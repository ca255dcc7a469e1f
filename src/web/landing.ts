/** The page at the issuer's own address. */
import type { Middleware } from 'koa';
import { ACCOUNT_PATH } from '../domain/links/links.ts';
import { dictionaryOf, type Language, requestLanguage } from './pages/language.ts';
import type { Page, Pages } from './pages/render.ts';

export interface LandingPage {
  readonly language: Language;
  readonly issuer: string;
  readonly brandName: string;
}

export function landingPage({ language, issuer, brandName }: LandingPage): Page {
  const heading = dictionaryOf(language).landing.heading(brandName);
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  return { view: 'landing', language, heading, issuer, discoveryUrl, accountHref: ACCOUNT_PATH };
}

export function showLanding({ issuer, brandName }: Omit<LandingPage, 'language'>, pages: Pages): Middleware {
  return (ctx) => pages.show(ctx, landingPage({ language: requestLanguage(ctx), issuer, brandName }));
}
