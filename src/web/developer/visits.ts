/** Who may see the portal, and act in it: from an allowed network, signed in at /account, and with the role at this very moment. */
import type { RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import { type AddressRange, addressesAllowedBy } from '../../config/config.ts';
import { mayDevelop } from '../../domain/clients/developers-clients.ts';
import { isSameSecret } from '../../domain/constant-time.ts';
import { DomainError, type DomainErrorCode } from '../../domain/domain-error.ts';
import { addressNotAllowed } from '../../provider/protection/status-error.ts';
import { noteFor } from '../../provider/request.ts';
import type { AccountSessions, SignedIn } from '../account/sessions.ts';
import { type AccountSignIn, isPortalPage, type PortalPage } from '../account/sign-in.ts';
import type { PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
import type { Pages } from '../pages/render.ts';
import { type PortalMessage, showPortalMessage } from './message.ts';
import { DEVELOPER_PATH } from './paths.ts';

export interface VisitDeps {
  readonly allowedAddresses: readonly AddressRange[];
  readonly accountSessions: Pick<AccountSessions, 'find'>;
  readonly signIn: Pick<AccountSignIn, 'begin'>;
  readonly forms: PageForms;
  readonly pages: Pages;
}

type Shown = (ctx: RouterContext, signedIn: SignedIn) => Promise<void>;
type Posted = (ctx: RouterContext, form: Form, signedIn: SignedIn) => Promise<void>;

/** The page that a form of it is on, too; the list for an address that no page has. */
export function portalPageOf(path: string): PortalPage {
  const page = path.slice(1).replace(/^(developer\/clients\/[^/]+)\/(?:secret|remove)$/, '$1');
  return isPortalPage(page) ? page : 'developer';
}

/** What happened since the page was opened. */
const messages: Partial<Readonly<Record<DomainErrorCode, PortalMessage>>> = {
  client_unknown: 'client_unknown',
  client_without_secret: 'no_secret',
  secret_rotated: 'secret_rotated',
  too_many_clients: 'clients_full',
};

export const clientIdIn = ({ params }: RouterContext): string => String(params.id ?? '');

export class PortalVisits {
  readonly #deps: VisitDeps;
  readonly #isAllowed: (address: string) => boolean;

  constructor(deps: VisitDeps) {
    this.#deps = deps;
    this.#isAllowed = addressesAllowedBy(deps.allowedAddresses);
  }

  /** Whoever is signed out comes back to the page that they asked for. */
  shown(show: Shown): Middleware {
    return this.#fromAllowed(async (ctx) => {
      const { accountSessions, signIn, pages } = this.#deps;
      const signedIn = await accountSessions.find(ctx);
      if (signedIn === undefined) return signIn.begin(ctx, { section: portalPageOf(ctx.path) });
      if (!mayDevelop(signedIn.account)) return showPortalMessage(ctx, 'no_role', pages);
      return this.#answering(ctx, () => show(ctx, signedIn));
    });
  }

  /** By now nobody may be signed in in this browser, or another account than the one whose page it was. */
  posted(act: Posted): Middleware {
    return this.#fromAllowed((ctx, next) => {
      const { accountSessions, forms, pages } = this.#deps;
      const handle = forms.posted(
        () => DEVELOPER_PATH,
        async (_ctx, form) => {
          const signedIn = await accountSessions.find(ctx);
          if (signedIn === undefined || !isSameSecret(signedIn.account.id, form.get('account') ?? ''))
            return showPortalMessage(ctx, 'signed_out', pages);
          if (!mayDevelop(signedIn.account)) return showPortalMessage(ctx, 'no_role', pages);
          return this.#answering(ctx, () => act(ctx, form, signedIn));
        },
      );
      return handle(ctx, next);
    });
  }

  /** ALLOWED_IPS: before anything is read. */
  #fromAllowed(handle: (ctx: RouterContext, next: () => Promise<unknown>) => unknown): Middleware {
    return (ctx, next) => {
      if (this.#isAllowed(ctx.ip)) return handle(ctx as RouterContext, next);
      noteFor(ctx)('request.refused', 'address_not_allowed');
      return ctx.throw(403, addressNotAllowed().error_description);
    };
  }

  async #answering(ctx: RouterContext, act: () => Promise<void>): Promise<void> {
    const { pages } = this.#deps;
    try {
      await act();
    } catch (error) {
      const message = error instanceof DomainError ? messages[error.code] : undefined;
      if (message === undefined) throw error;
      showPortalMessage(ctx, message, pages, clientIdIn(ctx));
    }
  }
}
