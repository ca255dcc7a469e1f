/** Makes the pages of /account from what the installation and the host hold. */
import type { Config } from '../../config/config.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { FormPage, PageForms } from '../forms/page-forms.ts';
import { createNewAddress } from '../links/new-address.ts';
import type { Pages } from '../pages/render.ts';
import { type AccountDeps, AccountPages } from './account.ts';
import { AccountSessions } from './sessions.ts';
import { AccountSignIn } from './sign-in.ts';

export interface OwnAccount {
  readonly signIn: AccountSignIn;
  readonly pages: AccountPages;
  /** Of the link that proves a new e-mail address. */
  readonly newAddress: FormPage;
}

/** Of the installation. */
type Stored = Omit<
  AccountDeps,
  'config' | 'issuer' | 'throttle' | 'accountSessions' | 'signIn' | 'forms' | 'mailState' | 'pages'
> & {
  readonly config: AccountDeps['config'] & Pick<Config, 'issuer' | 'brandName' | 'terms'>;
  readonly sessions: Pick<SessionStore, 'findByUid'>;
};

interface OfHost {
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly forms: PageForms;
  readonly throttle: AccountDeps['throttle'];
  readonly mailState: AccountDeps['mailState'];
  readonly pages: Pages;
}

export function createOwnAccount(stored: Stored, { provider, forms, throttle, mailState, pages }: OfHost): OwnAccount {
  const { keyedHash, clock } = stored;
  const { issuer, brandName, terms } = stored.config;
  const cookies = { issuer, keyedHash, clock };
  const accountSessions = new AccountSessions({
    ...cookies,
    sessions: stored.sessions,
    accounts: stored.accounts,
    termsVersion: terms?.version,
  });
  const signIn = new AccountSignIn({ ...cookies, provider, brandName, accountSessions, pages });
  const deps = { ...stored, issuer, throttle, accountSessions, signIn, forms, mailState, pages };
  return { signIn, pages: new AccountPages(deps), newAddress: createNewAddress(deps) };
}
