/** Reads and holds back the session cookie that the engine has put into the answer before it saves the session. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { requestContext } from './request-context.ts';

function handedOut(ctx: KoaContextWithOIDC): readonly string[] {
  return [ctx.response.headers['set-cookie'] ?? []].flat().map(String);
}

/** Keeps a session cookie that opens nothing out of the answer: it would replace a better one in the browser. */
export function withholdSessionCookie(): void {
  const ctx = requestContext();
  if (ctx === undefined) return;
  const cookies = handedOut(ctx);
  // The engine saves twice at times, and the second time there is none.
  if (cookies.length === 0) return;
  const name = ctx.oidc.provider.cookieName('session');
  const isOfSession = (cookie: string): boolean =>
    [`${name}=`, `${name}.sig=`].some((start) => cookie.startsWith(start));
  const others = cookies.filter((cookie) => !isOfSession(cookie));
  ctx.remove('Set-Cookie');
  if (others.length > 0) ctx.set('Set-Cookie', others);
}

/** The browser's value bears the signature of an older key: the answer hands out one of the key that signs now. */
export function isSessionCookieSignedAnew(): boolean {
  const ctx = requestContext();
  if (ctx === undefined) return false;
  const name = `${ctx.oidc.provider.cookieName('session')}.sig`;
  const signature = handedOut(ctx)
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .split(';')[0];
  return signature !== undefined && signature !== ctx.cookies.get(name, { signed: false });
}
