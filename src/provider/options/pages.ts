/** The pages that oidc-provider needs; src/web draws them. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';

export interface ErrorOut {
  readonly error: string;
  readonly error_description?: string | undefined;
}

export interface ProviderPages {
  /** The languages they come in, as discovery lists them. */
  readonly languages: readonly string[];
  error(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): void | Promise<void>;
  /** Asks whether to sign out: the form posts `xsrf`, and `logout=yes` for yes, to `action`. */
  confirmLogout(
    ctx: KoaContextWithOIDC,
    form: { readonly action: string; readonly xsrf: string },
  ): void | Promise<void>;
  signedOut(ctx: KoaContextWithOIDC): void | Promise<void>;
}

export function pageOptions(pages: ProviderPages): Configuration {
  return {
    renderError: (ctx, out, error) => pages.error(ctx, out, error),
    features: {
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx) {
          const xsrf = (ctx.oidc.session?.state as { secret?: unknown } | undefined)?.secret;
          if (typeof xsrf !== 'string') throw new Error('oidc-provider asked for the logout page without its state');
          return pages.confirmLogout(ctx, { action: ctx.oidc.urlFor('end_session_confirm'), xsrf });
        },
        postLogoutSuccessSource: (ctx) => pages.signedOut(ctx),
      },
      backchannelLogout: { enabled: true },
    },
  };
}
