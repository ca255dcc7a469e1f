/** Asks for the terms that the account has not accepted in their current version. */
import type { Context } from 'koa';
import type { Terms } from '../../config/config.ts';
import { acceptTerms, hasToAccept } from '../../domain/terms/terms.ts';
import type { Clock } from '../../ports/clock.ts';
import { noteFor } from '../../provider/request.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import { shownProblems } from '../pages/form-problems.ts';
import { dictionaryOf } from '../pages/language.ts';
import { accountTile, appTile, clientName, shownLogo } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { acceptedTerms, termsField } from '../pages/terms.ts';
import { finish, type Step, type StepHandlers, type StepPage } from './step.ts';

export interface TermsPage extends StepPage {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  readonly account: { readonly email: string; readonly name?: string | undefined };
  readonly terms: Terms | undefined;
  /** Others were accepted before. */
  readonly isChange: boolean;
  /** The box was not ticked. */
  readonly isMissing?: boolean;
  readonly chooseHref: string;
}

export function termsPage(page: TermsPage): Page {
  const { language, account, terms, isChange, isMissing = false, action, abortAction, csrfToken, chooseHref } = page;
  const problems = shownProblems(language, { terms: isMissing ? 'terms_missing' : undefined });
  const words = dictionaryOf(language).termsStep;
  const app = appTile(page.clientName, page.clientLogoUri);
  return {
    view: 'interactions/terms',
    language,
    heading: words.heading,
    isProblem: problems.isProblem,
    explanation: isChange ? words.changed(app.name) : words.first(app.name),
    app,
    account: accountTile(account),
    terms: termsField(language, terms, problems.problemOf.terms),
    focus: 'terms',
    action,
    abortAction,
    csrfToken,
    chooseHref,
    cancel: words.cancel(app.name),
  };
}

export interface TermsDeps {
  readonly accounts: Pick<AccountStore, 'get' | 'update'>;
  readonly terms: Terms | undefined;
  readonly clock: Clock;
  readonly pages: Pages;
}

export function createTerms({ accounts, terms, clock, pages }: TermsDeps): StepHandlers {
  async function show(ctx: Context, { interaction, client, page }: Step, isMissing = false): Promise<void> {
    const account = await accounts.get(interaction.session?.accountId ?? '');
    if (account === undefined) throw new Error('the account of this session is gone');
    const shown = termsPage({
      ...page('terms'),
      clientName: clientName(client),
      clientLogoUri: shownLogo(ctx, client),
      account: { email: account.email, name: account.name },
      terms,
      isChange: account.acceptedTerms !== undefined,
      isMissing,
      chooseHref: page('account').action,
    });
    pages.show(ctx, shown, isMissing ? 400 : 200);
  }

  return {
    show: (ctx, step) => show(ctx, step),

    async post(ctx, step) {
      const { accountId } = step.interaction.session ?? {};
      if (accountId === undefined) throw new Error('terms were accepted without a session');
      const accepted = acceptedTerms(step.form, terms, clock.now());
      if (accepted === 'missing') {
        const account = await accounts.get(accountId);
        // In another tab they may have been accepted since this page was opened.
        if (account === undefined || hasToAccept(account, terms?.version)) return show(ctx, step, true);
      }
      // Undefined where there are none any more, since the page was opened.
      else if (accepted !== undefined) await acceptTerms(accountId, accepted, { accounts, note: noteFor(ctx) });
      await finish(ctx, step, { terms: {} });
    },
  };
}
