/** Writes a note: passed on to the API, which looks for the scope `notes:write` in the access token. */
import type { Middleware } from 'koa';
import { ApiRefused } from '../notes-api.ts';
import { readForm } from '../protection/read-form.ts';
import type { Parts } from './parts.ts';

export function addNote({ cookie, notesApi }: Parts): Middleware {
  return async (ctx) => {
    const accessToken = cookie.find(ctx)?.signedIn?.tokens.accessToken;
    if (accessToken !== undefined) {
      const form = await readForm(ctx.req);
      const answer = await notesApi.add(accessToken, form.get('text') ?? '');
      if (answer.status !== 201) throw new ApiRefused(answer);
    }
    ctx.status = 303;
    ctx.redirect('/');
  };
}
