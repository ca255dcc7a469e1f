/** The pages that the engine asks for; the web ring draws them. */
import type { KoaContextWithOIDC } from 'oidc-provider';

export interface EngineErrorOut {
  readonly error: string;
  readonly error_description?: string | undefined;
}

export interface EnginePages {
  error(ctx: KoaContextWithOIDC, out: EngineErrorOut, error: Error): void | Promise<void>;
  /** Asks whether to sign out: the form posts `xsrf`, and `logout=yes` for yes, to `action`. */
  confirmLogout(
    ctx: KoaContextWithOIDC,
    form: { readonly action: string; readonly xsrf: string },
  ): void | Promise<void>;
  signedOut(ctx: KoaContextWithOIDC): void | Promise<void>;
}
