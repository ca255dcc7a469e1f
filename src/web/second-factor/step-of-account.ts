/** What all pages of the second factor show: the app that somebody signs in to, and whose account it is. */
import type { Context } from 'koa';
import type { Account } from '../../storage/records/accounts.ts';
import type { Step, StepPage } from '../interactions/step.ts';
import { clientName, shownLogo } from '../pages/names-and-links.ts';

export interface StepOfAccount extends StepPage {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  readonly account: { readonly email: string; readonly name?: string | undefined };
}

export function stepOfAccount(
  ctx: Context,
  { client, page }: Step,
  { email, name }: Pick<Account, 'email' | 'name'>,
  verb: string,
): StepOfAccount {
  return {
    ...page(verb),
    clientName: clientName(client),
    clientLogoUri: shownLogo(ctx, client),
    account: { email, name },
  };
}
