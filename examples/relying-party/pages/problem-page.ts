/** Shows every error as a page: in plain words where it was to be expected, and without details where it was not. */
import Koa, { type Middleware } from 'koa';
import { type Explanation, explainProblem } from './explain-problem.ts';
import type { Render } from './render.ts';

const bug: Explanation = { status: 500, title: 'This app has a bug', text: 'Its log says more.' };

export function problemPage(render: Render): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) ctx.throw(404, 'there is no such page');
    } catch (error) {
      const expected = explainProblem(error) ?? explainHttp(error);
      if (expected === undefined) ctx.app.emit('error', error, ctx);
      const problem = expected ?? bug;
      ctx.status = problem.status;
      ctx.body = await render('problem', { problem });
    }
  };
}

function explainHttp(error: unknown): Explanation | undefined {
  if (!(error instanceof Koa.HttpError) || !error.expose) return undefined;
  return { status: error.status, title: 'That did not work', text: `This app refused the request: ${error.message}.` };
}
