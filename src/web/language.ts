/** The language of a page, from the request that is answered. */
import type Koa from 'koa';
import { chooseLanguage, type Language } from './pages/language.ts';

export function requestLanguage(ctx: Pick<Koa.Context, 'get'>, uiLocales?: string): Language {
  return chooseLanguage({ uiLocales, acceptLanguage: ctx.get('Accept-Language') });
}
