/** What each page needs to know, and the interface that draws them. Every page comes back as an HTML string. */
import type { Language } from './language.ts';
import type { LoginProblem } from './login-problem.ts';
import type { Ask } from './permissions.ts';

export interface Brand {
  readonly name: string;
  /** Best a path on this host: other origins have to be allowed in the security headers. */
  readonly logoUrl?: string;
}

interface Localised {
  readonly language: Language;
}

export interface BackTo {
  readonly name: string;
  readonly href: string;
}

export interface LandingPage extends Localised {
  readonly issuer: string;
}

export interface LoginPage extends Localised {
  readonly action: string;
  readonly abortAction: string;
  readonly csrfToken: string;
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  /** What was typed or hinted; the password never comes back. */
  readonly login: string;
  readonly problem?: LoginProblem | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Why a user who has a session is asked again. */
  readonly hint?: 'sign_in_again' | undefined;
}

export interface ConsentPage extends Localised, Ask {
  readonly action: string;
  readonly abortAction: string;
  readonly csrfToken: string;
  readonly client: {
    readonly name: string;
    readonly uri?: string | undefined;
    readonly logoUri?: string | undefined;
    readonly policyUri?: string | undefined;
    readonly tosUri?: string | undefined;
    /** False when nobody but the app itself vouches for its name. */
    readonly isVerified?: boolean | undefined;
  };
  readonly account: { readonly email: string; readonly name?: string | undefined };
  /** Empty for an app on the device itself. */
  readonly redirectHost: string;
  /** Where "Not you?" leads. */
  readonly signOutHref?: string | undefined;
}

export interface ExpiredPage extends Localised {
  readonly backTo?: BackTo | undefined;
}

export interface ErrorPage extends Localised {
  readonly error: string;
  readonly errorDescription?: string | undefined;
  readonly requestId?: string | undefined;
  readonly status: number;
  readonly backTo?: BackTo | undefined;
}

export interface LogoutPage extends Localised {
  readonly action: string;
  readonly xsrf: string;
  /** The app that asks; staying then means to leave that app only (oidc-provider ends its grant). */
  readonly clientName?: string | undefined;
}

export interface SignedOutPage extends Localised {
  /** Set when only this app was left and the session goes on. */
  readonly clientName?: string | undefined;
  readonly clientUri?: string | undefined;
}

export interface UnavailablePage extends Localised {
  readonly retryAfterSeconds: number;
}

export interface Pages {
  landing(page: LandingPage): string;
  login(page: LoginPage): string;
  consent(page: ConsentPage): string;
  expired(page: ExpiredPage): string;
  error(page: ErrorPage): string;
  logout(page: LogoutPage): string;
  signedOut(page: SignedOutPage): string;
  unavailable(page: UnavailablePage): string;
  notFound(page: Localised): string;
}
