/** Keeps a session cookie that opens nothing out of an answer: it would replace a better one in the browser. */
import type { KoaContextWithOIDC } from 'oidc-provider';

/** The engine has written the header before it saves the session. */
export function withholdSessionCookie(ctx: KoaContextWithOIDC): void {
  const name = ctx.oidc.provider.cookieName('session');
  const header = ctx.response.get('Set-Cookie') as string | readonly string[];
  const others = [header]
    .flat()
    .filter((cookie) => !cookie.startsWith(`${name}=`) && !cookie.startsWith(`${name}.sig=`));
  ctx.remove('Set-Cookie');
  if (others.length > 0) ctx.set('Set-Cookie', others);
}
