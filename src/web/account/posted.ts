/** Forms of /account: each says whose page it was on, and acts for that account alone. */
import type { Context, Middleware } from 'koa';
import { isSameSecret } from '../../domain/constant-time.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
import type { Pages } from '../pages/render.ts';
import { showMessage } from './message.ts';
import type { AccountSessions, SignedIn } from './sessions.ts';

/** What a form keeps of what was typed: more than any name or address has that is taken. */
export const KEPT_CHARACTERS = 400;

export type Act = (ctx: Context, form: Form, signedIn: SignedIn) => Promise<void>;

export interface AccountFormDeps {
  readonly forms: PageForms;
  readonly accountSessions: Pick<AccountSessions, 'find' | 'end'>;
  readonly pages: Pages;
}

/** By now nobody may be signed in in this browser, or another account than the one whose page it was. */
export function postedBySignedIn({ forms, accountSessions, pages }: AccountFormDeps, act: Act): Middleware {
  return forms.posted(
    () => ACCOUNT_PATH,
    async (ctx, form) => {
      const signedIn = await accountSessions.find(ctx);
      if (signedIn === undefined || !isSameSecret(signedIn.account.id, form.get('account') ?? ''))
        return showMessage(ctx, 'signed_out', pages);
      try {
        await act(ctx, form, signedIn);
      } catch (error) {
        if (!(error instanceof DomainError && ['signed_out', 'account_unknown'].includes(error.code))) throw error;
        accountSessions.end(ctx);
        showMessage(ctx, 'signed_out', pages);
      }
    },
  );
}
