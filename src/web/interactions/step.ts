/** What all steps of a sign-in share: finding the interaction and its app, checking a post, and finishing. */
import type { RouterContext } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { STEP_UP } from '../../provider/adapter/sign-in-ids.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import {
  type ClientPayload,
  clientIdOf,
  findInteraction,
  finishInteraction,
  type Interaction,
  type StepResult,
  textParameter,
} from '../../provider/interactions.ts';
import type { ClientFinder } from '../../provider/metadata-documents/client-finder.ts';
import { CREATE, SELECT_ACCOUNT } from '../../provider/options/interactions.ts';
import { NOT_ALLOWED } from '../../provider/policy/allowed-groups.ts';
import { isAccountDemanded } from '../../provider/policy/demanded-account.ts';
import { TERMS } from '../../provider/policy/terms.ts';
import { isRefusalNoted, noteFor, requestOf } from '../../provider/request.ts';
import type { FormGuard } from '../forms/form-guard.ts';
import { type Form, readFormWithBoxes, type TickedBoxes } from '../forms/read-form.ts';
import { namedClient } from '../named-client.ts';
import { type Language, requestLanguage } from '../pages/language.ts';
import { inLanguage, wayBackTo } from '../pages/names-and-links.ts';
import type { Pages } from '../pages/render.ts';
import { seeOther } from '../see-other.ts';
import { lostPage } from './expired.ts';

/** What the pages of all steps show: two forms, one to go on and one to go back to the app. */
export interface StepPage {
  readonly language: Language;
  readonly csrfToken: string;
  readonly action: string;
  readonly abortAction: string;
}

export interface Step {
  readonly interaction: Interaction;
  readonly client: ClientPayload;
  /** Of the page that it shows by itself. */
  readonly address: string;
  /** `verb` ends the name of the route that the form posts to. */
  readonly page: (verb: string) => StepPage;
}

export interface PostedStep extends Step {
  readonly form: Form;
  readonly boxes: TickedBoxes;
}

/** The handlers of one step. */
export interface StepHandlers {
  show(ctx: Context, step: Step): void | Promise<void>;
  post(ctx: Context, step: PostedStep): void | Promise<void>;
}

export interface StepDeps {
  readonly issuer: string;
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly clients: Pick<ClientFinder, 'get'>;
  readonly formGuard: FormGuard;
  readonly pages: Pages;
}

export class Steps {
  readonly #deps: StepDeps;

  constructor(deps: StepDeps) {
    this.#deps = deps;
  }

  /** Shows the page of the interaction's prompt. */
  shown(pageOf: Readonly<Record<string, Pick<StepHandlers, 'show'>>>): Middleware {
    return async (ctx) => {
      const step = await this.#find(ctx);
      if (step === undefined) return this.showExpired(ctx);
      // The interaction policy decides which step is next.
      const { name } = step.interaction.prompt;
      const page = pageOf[name];
      if (page === undefined) throw new Error(`no page shows the prompt ${name}`);
      return page.show(ctx, step);
    };
  }

  /** Shows this page whatever the prompt is, of those that it can be shown for. */
  opened(prompts: readonly string[], show: StepHandlers['show']): Middleware {
    return async (ctx) => {
      const step = await this.#find(ctx);
      if (step === undefined || !prompts.includes(step.interaction.prompt.name)) return this.showExpired(ctx);
      return show(ctx, step);
    };
  }

  /** Acts on a post from our own page, for the prompts it can have been made for; `names` are those that boxes of its form share. */
  posted(prompts: readonly string[], handle: StepHandlers['post'], names: readonly string[] = []): Middleware {
    return async (ctx) => {
      const { form, boxes } = await readFormWithBoxes(ctx, names);
      this.#deps.formGuard.check(ctx, [String(ctx.params.uid)], form.get('csrf'));
      const step = await this.#find(ctx);
      if (step === undefined || !prompts.includes(step.interaction.prompt.name)) return this.showExpired(ctx);
      return handle(ctx, { ...step, form, boxes });
    };
  }

  async #find(ctx: Context): Promise<Step | undefined> {
    const { provider, clients, formGuard } = this.#deps;
    const { params, router } = ctx as unknown as RouterContext;
    const uid = String(params.uid);
    const interaction = await findInteraction(provider.current(), ctx, uid);
    const client = interaction && (await clients.get(clientIdOf(interaction)));
    if (interaction === undefined || client === undefined) return undefined;
    requestOf(ctx).clientId = clientIdOf(interaction);
    // The address keeps naming the app, so that a page that comes too late can still lead back to it.
    const query = { client_id: clientIdOf(interaction) };
    const addressOf = (route: string) => String(router.url(route, { uid }, { query }));
    const language = requestLanguage(ctx, textParameter(interaction, 'ui_locales'));
    const page = (verb: string): StepPage => ({
      language,
      csrfToken: formGuard.tokenFor(uid),
      action: addressOf(`interaction.${verb}`),
      abortAction: addressOf('interaction.abort'),
    });
    return { interaction, address: addressOf('interaction'), client: inLanguage(client, language), page };
  }

  /** For a page of a sign-in that is over, or of another browser. */
  async showExpired(ctx: Context): Promise<void> {
    const { clients, issuer, pages } = this.#deps;
    const client = await namedClient(ctx, clients);
    if (!isRefusalNoted(ctx)) noteFor(ctx)('request.refused', 'interaction_expired', { clientId: client?.client_id });
    const language = requestLanguage(ctx);
    pages.show(ctx, lostPage(ctx, language, wayBackTo(client, issuer, language)), 400);
  }
}

/** The prompts that ask who it is: signing in, registering and choosing an account each lead on from all of them. */
const SIGN_IN_PROMPTS: readonly string[] = ['login', CREATE, SELECT_ACCOUNT];

/** Those at which somebody can still go on with another account, by whichever of these ways. */
export const ACCOUNT_PROMPTS: readonly string[] = [...SIGN_IN_PROMPTS, NOT_ALLOWED, TERMS, 'consent'];

interface Proof {
  /** Seconds since the epoch: of the proof, not of the resume. Until then the account's sessions can have been ended (OIDC Core 2, auth_time). */
  readonly provenAt: number;
  readonly level: string;
  readonly amr: readonly string[];
  /** Whether the session outlives the browser. */
  readonly isRemembered: boolean;
  /** One factor more for a session, whose first one is as old as it was. */
  readonly isStepUp?: boolean;
}

/** What was proven in this browser. */
export function signedIn(
  accountId: string,
  { provenAt, level, amr, isRemembered, isStepUp = false }: Proof,
): StepResult {
  const login = { accountId, acr: level, amr: [...amr], remember: isRemembered, ts: provenAt };
  return { login, [STEP_UP]: { isStepUp }, [CREATE]: {}, [SELECT_ACCOUNT]: {} };
}

/** Stores the outcome and sends the browser back to oidc-provider. */
export async function finish(
  ctx: Context,
  { interaction }: Pick<Step, 'interaction'>,
  result: StepResult,
): Promise<void> {
  seeOther(ctx, await finishInteraction(interaction, result));
}

const deniedOn: { readonly [prompt in string]?: 'user' | 'terms' } = { consent: 'user', [TERMS]: 'terms' };

const notAllowed = { error: 'access_denied', error_description: 'the account may not use this app' };

/** The way out of every step: the app is told that the user said no, or that the demanded account did not sign in. */
export async function postAbort(ctx: Context, step: PostedStep): Promise<void> {
  const { params, prompt, session } = step.interaction;
  // It was not the user who said no, and who did has noted it (provider/policy/allowed-groups.ts).
  if (prompt.name === NOT_ALLOWED) return finish(ctx, step, notAllowed);
  const subject = { accountId: session?.accountId };
  noteFor(ctx)('consent.denied', deniedOn[prompt.name] ?? 'cancelled', subject);
  // OIDC Core 3.1.2.1 (id_token_hint).
  if (SIGN_IN_PROMPTS.includes(prompt.name) && isAccountDemanded(params))
    return finish(ctx, step, { error: 'login_required', error_description: 'the demanded account did not sign in' });
  // RFC 6749 4.1.2.1.
  return finish(ctx, step, { error: 'access_denied', error_description: 'the user denied the request' });
}
