/**
 * Whether a session outlives the browser is decided by whoever signed in last ("Stay signed in"). oidc-provider notes that it ends with
 * the browser, and never takes that back; and it applies a sign-in anew at each later step of the same request, which may be minutes
 * after somebody has signed in again in another tab.
 */
import { isDeepStrictEqual } from 'node:util';
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { requestOf } from '../request.ts';

/** The session as this request read it, where its account is the one that the step before had signed in. */
function sessionBefore(ctx: KoaContextWithOIDC) {
  const { result, entities } = ctx.oidc;
  const isAgain = isDeepStrictEqual(entities.Interaction?.lastSubmission?.login, result?.login);
  const state = requestOf(ctx).session?.document.state;
  return isAgain && state?.accountId === result?.login?.accountId ? state : undefined;
}

/** Never causes a page. */
export const rememberedAnew = new interactionPolicy.Check('remembered_anew', 'the session is kept', (ctx) => {
  const { session, result } = ctx.oidc;
  if (session === undefined || result?.login === undefined) return false;
  const before = sessionBefore(ctx);
  if (before !== undefined) {
    const { loginTs, acr, amr, transient } = before;
    Object.assign(session, { loginTs, acr, amr, transient });
  } else if (session.transient && result.login.remember === true) session.transient = false;
  return false;
});
