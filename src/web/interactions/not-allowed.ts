/** Tells who signed in that the app is for groups they are not in; the way back gives the app `access_denied`. */
import type { AccountStore } from '../../storage/records/accounts.ts';
import { dictionaryOf } from '../pages/language.ts';
import { accountTile, appTile, clientName, shownLogo } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { StepHandlers, StepPage } from './step.ts';

export interface NotAllowedPage extends StepPage {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  readonly account: { readonly email: string; readonly name?: string | undefined };
  readonly chooseHref: string;
}

export function notAllowedPage(page: NotAllowedPage): Page {
  const { language, account, abortAction, csrfToken, chooseHref } = page;
  const words = dictionaryOf(language).notAllowed;
  const app = appTile(page.clientName, page.clientLogoUri);
  return {
    view: 'interactions/not-allowed',
    language,
    heading: words.heading(app.name),
    isProblem: true,
    errorCode: 'access_denied',
    app,
    account: accountTile(account),
    abortAction,
    csrfToken,
    chooseHref,
    goBack: words.goBack(app.name),
  };
}

export interface NotAllowedDeps {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly pages: Pages;
}

export function createNotAllowed({ accounts, pages }: NotAllowedDeps): Pick<StepHandlers, 'show'> {
  return {
    async show(ctx, { interaction, client, page }) {
      const account = await accounts.get(interaction.session?.accountId ?? '');
      if (account === undefined) throw new Error('the account of this session is gone');
      const shown = notAllowedPage({
        ...page('abort'),
        clientName: clientName(client),
        clientLogoUri: shownLogo(ctx, client),
        account: { email: account.email, name: account.name },
        chooseHref: page('account').action,
      });
      pages.show(ctx, shown, 403);
    },
  };
}
