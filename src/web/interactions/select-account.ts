/** Which account a sign-in goes on with: the one that is signed in, one that this browser remembers, or another. */
import type { Context } from 'koa';
import { isUsable } from '../../domain/accounts/usable.ts';
import type { KnownDevices } from '../../domain/throttle/known-devices.ts';
import type { Clock } from '../../ports/clock.ts';
import { CREATE, SELECT_ACCOUNT } from '../../provider/options/interactions.ts';
import { paths } from '../../provider/routes.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import { dictionaryOf } from '../pages/language.ts';
import { accountTile, appTile, clientName, shownLogo } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { seeOther } from '../see-other.ts';
import type { DeviceCookie } from './device-cookie.ts';
import type { Login } from './login.ts';
import { finish, type PostedStep, type Step, type StepHandlers, type StepPage } from './step.ts';

interface Choice {
  readonly id: string;
  readonly email: string;
  readonly name: string | undefined;
  readonly isSignedIn: boolean;
}

export interface SelectAccountPage extends StepPage {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  readonly choices: readonly Choice[];
  readonly forgetAction: string;
  readonly otherHref: string;
  /** Absent where nobody is signed in. */
  readonly signOutHref?: string | undefined;
}

export function selectAccountPage(page: SelectAccountPage): Page {
  const { language, choices, action, abortAction, csrfToken, forgetAction, otherHref, signOutHref } = page;
  const words = dictionaryOf(language);
  const app = appTile(page.clientName, page.clientLogoUri);
  return {
    view: 'interactions/select-account',
    language,
    heading: words.selectAccount.heading,
    lead: words.selectAccount.lead(app.name),
    app,
    choices: choices.map(({ id, isSignedIn, ...account }) => {
      const tile = accountTile(account);
      return { id, isSignedIn, ...tile, forgets: words.selectAccount.forgets(tile.email) };
    }),
    action,
    abortAction,
    csrfToken,
    forgetAction,
    otherHref,
    advice: choices.every(({ isSignedIn }) => isSignedIn) ? undefined : words.selectAccount.advice,
    signOutHref,
    cancel: words.login.cancel(app.name),
  };
}

export interface SelectAccountDeps {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly devices: Pick<KnownDevices, 'hasSignedIn'>;
  readonly deviceCookie: DeviceCookie;
  readonly login: Login;
  readonly clock: Clock;
  readonly pages: Pages;
}

export interface SelectAccount extends StepHandlers {
  readonly forget: StepHandlers['post'];
}

export function createSelectAccount(deps: SelectAccountDeps): SelectAccount {
  const { accounts, devices, deviceCookie, login, clock, pages } = deps;

  /** As they are stored by now: an account whose sessions were ended since may not be shown here. */
  async function choicesOf(ctx: Context, { interaction }: Step): Promise<readonly Choice[]> {
    const device = deviceCookie.read(ctx);
    const current = interaction.session?.accountId;
    const ids = new Set([...(current === undefined ? [] : [current]), ...(device?.accounts ?? []).map(({ id }) => id)]);
    const found = await Promise.all([...ids].map((id) => accounts.get(id)));
    return found.flatMap((account) => {
      if (account === undefined || !isUsable(account, clock.now())) return [];
      const isSignedIn = account.id === current;
      const isRemembered = device !== undefined && devices.hasSignedIn(device, account);
      const { id, email, name } = account;
      return isSignedIn || isRemembered ? [{ id, email, name, isSignedIn }] : [];
    });
  }

  async function show(ctx: Context, step: Step): Promise<void> {
    const choices = await choicesOf(ctx, step);
    if (choices.length === 0) return login.show(ctx, step);
    const { client, page } = step;
    const isAnySignedIn = choices.some(({ isSignedIn }) => isSignedIn);
    const shown = selectAccountPage({
      ...page('account'),
      clientName: clientName(client),
      clientLogoUri: shownLogo(ctx, client),
      choices,
      forgetAction: page('forget').action,
      otherHref: `${page('login').action}&account=other`,
      signOutHref: isAnySignedIn ? paths.end_session : undefined,
    });
    pages.show(ctx, shown);
  }

  /** Whoever is signed in goes on, unless the app wants their password again. */
  function goOnAs({ email }: Choice, ctx: Context, step: PostedStep): void | Promise<void> {
    const { name } = step.interaction.prompt;
    if (name === 'login') return login.showFor(ctx, step, email);
    // Completes both prompts, as a sign-in does.
    if (name === SELECT_ACCOUNT || name === CREATE) return finish(ctx, step, { [SELECT_ACCOUNT]: {}, [CREATE]: {} });
    return seeOther(ctx, step.address);
  }

  return {
    show,

    async post(ctx, step) {
      const chosen = (await choicesOf(ctx, step)).find(({ id }) => id === step.form.get('account'));
      // Removed in another tab, or ended meanwhile.
      if (chosen === undefined) return seeOther(ctx, step.page('account').action);
      return chosen.isSignedIn ? goOnAs(chosen, ctx, step) : login.showFor(ctx, step, chosen.email);
    },

    forget(ctx, step) {
      deviceCookie.forget(ctx, step.form.get('forgotten') ?? '');
      seeOther(ctx, step.page('account').action);
    },
  };
}
