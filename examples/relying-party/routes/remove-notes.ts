/** Removes all notes. The API wants to see more than a password for that: then the page offers a stronger sign-in. */
import type { Middleware } from 'koa';
import { ApiRefused } from '../notes-api.ts';
import { stepUpOf } from '../openid/step-up.ts';
import type { Parts } from './parts.ts';

export function removeNotes({ cookie, notesApi }: Parts): Middleware {
  return async (ctx) => {
    const session = cookie.find(ctx);
    const accessToken = session?.signedIn?.tokens.accessToken;
    if (session !== undefined && accessToken !== undefined) {
      const answer = await notesApi.removeAll(accessToken);
      const stepUp = stepUpOf(answer);
      if (stepUp === undefined && answer.status !== 204) throw new ApiRefused(answer);
      if (stepUp === undefined) delete session.stepUp;
      else session.stepUp = stepUp;
    }
    ctx.status = 303;
    ctx.redirect('/');
  };
}
