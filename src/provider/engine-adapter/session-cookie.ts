/** Keeps a session cookie that opens nothing out of an answer: it would replace a better one in the browser. */
import type { KoaContextWithOIDC } from 'oidc-provider';

/** The engine has written the header before it saves the session; twice at times, and the second time there is none. */
export function withholdSessionCookie(ctx: KoaContextWithOIDC | undefined): void {
  const header = ctx?.response.headers['set-cookie'];
  if (ctx === undefined || header === undefined) return;
  const name = ctx.oidc.provider.cookieName('session');
  const isOfSession = (cookie: string): boolean =>
    [`${name}=`, `${name}.sig=`].some((start) => cookie.startsWith(start));
  const others = [header].flat().filter((cookie) => !isOfSession(String(cookie)));
  ctx.remove('Set-Cookie');
  if (others.length > 0) ctx.set('Set-Cookie', others.map(String));
}

/** The browser's value bears the signature of an older key: the answer hands out one of the key that signs now. */
export function isSessionCookieSignedAnew(ctx: KoaContextWithOIDC | undefined): boolean {
  const header = ctx?.response.headers['set-cookie'];
  if (ctx === undefined || header === undefined) return false;
  const start = `${ctx.oidc.provider.cookieName('session')}.sig=`;
  const handedOut = [header]
    .flat()
    .map(String)
    .find((cookie) => cookie.startsWith(start))
    ?.slice(start.length)
    .split(';')[0];
  return handedOut !== undefined && handedOut !== ctx.cookies.get(start.slice(0, -1), { signed: false });
}
