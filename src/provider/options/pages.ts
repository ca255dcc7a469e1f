/** Wires the pages that the engine asks for: errors, and signing out (OIDC RP-Initiated and Back-Channel Logout 1.0). */
import type { Configuration } from 'oidc-provider';
import type { EnginePages } from '../engine-pages.ts';

export function pageOptions(pages: EnginePages): Configuration {
  return {
    renderError: (ctx, out, error) => pages.error(ctx, out, error),
    features: {
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx) {
          const xsrf = (ctx.oidc.session?.state as { secret?: unknown } | undefined)?.secret;
          if (typeof xsrf !== 'string') throw new Error('the engine asked for the logout page without its state');
          return pages.confirmLogout(ctx, { action: ctx.oidc.urlFor('end_session_confirm'), xsrf });
        },
        postLogoutSuccessSource: (ctx) => pages.signedOut(ctx),
      },
      backchannelLogout: { enabled: true },
    },
  };
}
