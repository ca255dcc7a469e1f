/** Where a registration ends: in the sign-in that it began in, or on a page that says what to do next. */
import type { Context } from 'koa';
import { passwordLevel } from '../../domain/factors/levels.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { Strength } from '../../domain/passwords/strength.ts';
import type { Proven } from '../../domain/registration/registrations.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { type ClientPayload, findInteractionBehind, type Interaction } from '../../provider/interactions.ts';
import type { ClientFinder } from '../../provider/metadata-documents/client-finder.ts';
import { isDemandedAccount } from '../../provider/policy/demanded-account.ts';
import { requestOf } from '../../provider/request.ts';
import type { Registration } from '../../storage/mail/registrations.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { provenSecond, type SignInCompletion } from '../interactions/complete-sign-in.ts';
import type { DeviceCookie } from '../interactions/device-cookie.ts';
import { ACCOUNT_PROMPTS } from '../interactions/step.ts';
import { showGone } from '../links/gone.ts';
import { namedClient } from '../named-client.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { wayBack, wayBackTo } from '../pages/names-and-links.ts';
import { chosenPassword } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';

/** `taken`: told to nobody but who proved the address. */
export type Outcome = 'made' | 'awaiting' | 'gone' | 'taken';

export interface OutcomePage {
  readonly language: Language;
  readonly outcome: Outcome;
  readonly email: string;
  readonly client: ClientPayload | undefined;
  readonly issuer: string;
  /** Of the password that was set by this. */
  readonly strength?: Strength | undefined;
}

/** For people whose app has no address to go back to. */
function wayToAccount(language: Language) {
  return { back: { href: ACCOUNT_PATH, label: dictionaryOf(language).registration.toAccount } };
}

export function outcomePage({ language, outcome, email, client, issuer, strength }: OutcomePage): Page {
  const { heading, explanation } = dictionaryOf(language).registration.outcomes[outcome];
  const way = wayBack(language, wayBackTo(client, issuer, language));
  return {
    view: 'registration/outcome',
    language,
    heading,
    explanation: explanation(email),
    outcome,
    chosen: chosenPassword(language, strength),
    ...('back' in way ? way : wayToAccount(language)),
  };
}

export function closedPage(
  language: Language,
  loginHref: string,
  reason: 'closed' | 'domain_not_allowed' = 'closed',
): Page {
  const { problems, registration } = dictionaryOf(language);
  const { closed } = registration;
  const { heading, signIn } = closed;
  const explanation = reason === 'closed' ? closed.explanation : problems[reason];
  return {
    view: 'registration/outcome',
    language,
    heading,
    isProblem: true,
    explanation,
    outcome: reason,
    back: { href: loginHref, label: signIn },
    errorCode: 'registration_closed',
  };
}

export interface OutcomeDeps {
  readonly issuer: string;
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly clients: Pick<ClientFinder, 'get'>;
  readonly deviceCookie: DeviceCookie;
  readonly completion: Pick<SignInCompletion, 'complete'>;
  readonly isRememberedByDefault: boolean;
  readonly clock: Clock;
  readonly pages: Pages;
}

export class Outcomes {
  readonly #deps: OutcomeDeps;

  constructor(deps: OutcomeDeps) {
    this.#deps = deps;
  }

  /** In the browser that began: goes on with the sign-in, if that still lives. */
  async finishHere(ctx: Context, proven: Proven): Promise<void> {
    const { registration } = proven;
    requestOf(ctx).clientId = registration.clientId;
    // Whoever made it goes on with the sign-in, and leaves none for a second one.
    if ('taken' in proven || proven.isSecond || proven.account.awaitsApproval) return this.show(ctx, proven);
    const { account } = proven;
    const begunAt = this.#deps.clock.now();
    const { deviceCookie, isRememberedByDefault } = this.#deps;
    const interaction = await this.#signInOf(registration, account);
    // Its form has no box for that: what holds for the session that there is, else the setting.
    const isRemembered = isRememberedByDefault && requestOf(ctx).session?.document.state.transient !== true;
    if (interaction === undefined) {
      if (isRemembered) deviceCookie.remember(ctx, deviceCookie.read(ctx), account);
      return this.show(ctx, proven);
    }
    const provenAt = provenSecond(account, begunAt);
    const proof = {
      provenAt,
      isRemembered,
      level: passwordLevel,
      amr: ['pwd'],
      by: 'registration',
      hasRegistered: true,
    } as const;
    return this.#deps.completion.complete(ctx, interaction, { account, ...proof });
  }

  /** Nobody is signed in. */
  show(ctx: Context, proven: Proven, strength?: Strength): Promise<void> {
    const { registration } = proven;
    if ('taken' in proven) return this.showOutcome(ctx, registration, 'taken');
    return this.showOutcome(ctx, registration, proven.account.awaitsApproval ? 'awaiting' : 'made', strength);
  }

  async showOutcome(ctx: Context, registration: Registration, outcome: Outcome, strength?: Strength): Promise<void> {
    const { issuer, clients, pages } = this.#deps;
    const language = requestLanguage(ctx, registration.language);
    const client = await clients.get(registration.clientId);
    pages.show(ctx, outcomePage({ language, outcome, email: registration.email, client, issuer, strength }));
  }

  /** The address of the link names the app, whatever has become of it. */
  async showGone(ctx: Context): Promise<void> {
    const { issuer, clients, pages } = this.#deps;
    const client = await namedClient(ctx, clients);
    const backTo = wayBackTo(client, issuer, requestLanguage(ctx));
    showGone(ctx, 'confirm_registration', pages, { backTo });
  }

  async #signInOf({ signIn }: Registration, account: Account): Promise<Interaction | undefined> {
    const interaction = await findInteractionBehind(this.#deps.provider.current(), signIn);
    if (interaction === undefined || !ACCOUNT_PROMPTS.includes(interaction.prompt.name)) return undefined;
    return isDemandedAccount(interaction.params, account.id) ? interaction : undefined;
  }
}
