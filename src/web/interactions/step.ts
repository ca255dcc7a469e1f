/** One request to a sign-in page: its interaction, its app, and for a post its form, all checked. */
import type Koa from 'koa';
import type { ClientPayload, StepResult } from '../../provider/interactions.ts';
import {
  clientIdOf,
  findInteraction,
  finishInteraction,
  type Interaction,
  textParameter,
} from '../../provider/interactions.ts';
import { wayBackTo } from '../app-link.ts';
import { type Form, readForm } from '../middleware/forms.ts';
import type { Language } from '../pages/language.ts';
import { requestLanguage } from '../pages/language.ts';
import { showPage } from '../show-page.ts';
import type { InteractionDeps } from './interaction-deps.ts';

export interface Step {
  readonly interaction: Interaction;
  readonly client: ClientPayload;
  readonly language: Language;
  readonly csrfToken: string;
  readonly action: (verb: string) => string;
}

export interface PostedStep extends Step {
  readonly form: Form;
}

export type StepHandler<S extends Step> = (ctx: Koa.Context, step: S, deps: InteractionDeps) => Promise<void>;

async function showExpired(ctx: Koa.Context, { clients, issuer, pages }: InteractionDeps): Promise<void> {
  const clientId = ctx.query.client_id;
  const client = typeof clientId === 'string' ? await clients.get(clientId) : undefined;
  showPage(ctx, pages.expired({ language: requestLanguage(ctx), backTo: wayBackTo(client, issuer) }), 400);
}

async function findStep(ctx: Koa.Context, deps: InteractionDeps): Promise<Step | undefined> {
  const uid = String(ctx.params.uid);
  const interaction = await findInteraction(deps.provider(), { req: ctx.req, res: ctx.res, uid });
  const client = interaction && (await deps.clients.get(clientIdOf(interaction)));
  if (interaction === undefined || client === undefined) return undefined;
  const query = new URLSearchParams({ client_id: clientIdOf(interaction) });
  return {
    interaction,
    client,
    language: requestLanguage(ctx, textParameter(interaction, 'ui_locales')),
    csrfToken: deps.formGuard.tokenFor(uid),
    // The address keeps naming the app, so that a page that comes too late can still lead back to it.
    action: (verb) => `/interaction/${encodeURIComponent(uid)}/${verb}?${query}`,
  };
}

/** Shows a step; one that is over shows the page that says so. */
export function shown(deps: InteractionDeps, handle: StepHandler<Step>): Koa.Middleware {
  return async (ctx) => {
    const step = await findStep(ctx, deps);
    if (step === undefined) return showExpired(ctx, deps);
    return handle(ctx, step, deps);
  };
}

/** Acts on a post from our own page, for the prompt it was made for. */
export function posted(
  deps: InteractionDeps,
  prompts: readonly string[],
  handle: StepHandler<PostedStep>,
): Koa.Middleware {
  return async (ctx) => {
    const form = await readForm(ctx);
    deps.formGuard.check(ctx, String(ctx.params.uid), form.get('csrf'));
    const step = await findStep(ctx, deps);
    if (step === undefined || !prompts.includes(step.interaction.prompt.name)) return showExpired(ctx, deps);
    return handle(ctx, { ...step, form }, deps);
  };
}

/** Stores the outcome and sends the browser back to oidc-provider. */
export async function finish(ctx: Koa.Context, { interaction }: Step, result: StepResult): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  ctx.redirect(await finishInteraction(interaction, result));
  ctx.status = 303;
}
