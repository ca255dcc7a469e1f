/** Whether a session outlives the browser is decided anew by whoever signs in again ("Stay signed in"). */
import { interactionPolicy } from 'oidc-provider';

/** oidc-provider notes that a session ends with the browser, and never takes it back. Of no request a reason to show a page. */
export const rememberedAnew = new interactionPolicy.Check('remembered_anew', 'the session is kept', ({ oidc }) => {
  const { session, result } = oidc;
  if (session?.transient && result?.login?.remember === true) session.transient = false;
  return false;
});
