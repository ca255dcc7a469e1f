/** The addresses of the sign-in pages. */
import type Router from '@koa/router';
import { named } from '../middleware/request-log.ts';
import { newRouter } from '../new-router.ts';
import { postAbort } from './abort.ts';
import { postConsent, showConsent } from './consent.ts';
import type { InteractionDeps } from './interaction-deps.ts';
import { postLogin, showLogin } from './login.ts';
import { posted, type Step, type StepHandler, shown } from './step.ts';

/** The policy decides which step is next; this only knows who draws it. */
const pageOf: Readonly<Record<string, StepHandler<Step>>> = { login: showLogin, consent: showConsent };

const showStep: StepHandler<Step> = (ctx, step, deps) => {
  const { name } = step.interaction.prompt;
  const show = pageOf[name];
  if (show === undefined) throw new Error(`no page shows the prompt ${name}`);
  return show(ctx, step, deps);
};

export function interactionRoutes(deps: InteractionDeps): Router {
  return newRouter('/interaction/:uid')
    .get('/', named('interaction'), shown(deps, showStep))
    .post('/login', named('interaction.login'), posted(deps, ['login'], postLogin))
    .post('/consent', named('interaction.consent'), posted(deps, ['consent'], postConsent))
    .post('/abort', named('interaction.abort'), posted(deps, Object.keys(pageOf), postAbort));
}
