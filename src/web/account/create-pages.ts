/** Makes the pages of /account from what the installation and the host hold. */
import type { Config } from '../../config/config.ts';
import type { NewPasskeys } from '../../domain/passkeys/new-passkey.ts';
import type { FormPage, PageForms } from '../forms/page-forms.ts';
import { createNewAddress } from '../links/new-address.ts';
import type { ProposedApps } from '../pages/authenticator-app.ts';
import type { Pages } from '../pages/render.ts';
import { type AccessDeps, AccountAccess } from './access.ts';
import { type AccountDeps, AccountPages } from './account.ts';
import { FactorPages, type FactorPagesDeps } from './factors/factor-pages.ts';
import { NewPasskeyPages } from './factors/new-passkey-pages.ts';
import { StrongerProof, type StrongerProofDeps } from './factors/stronger-proof.ts';
import { type AccountSessionDeps, AccountSessions } from './sessions.ts';
import { AccountSignIn } from './sign-in.ts';

export interface OwnAccount {
  readonly accountSessions: AccountSessions;
  readonly signIn: AccountSignIn;
  readonly pages: AccountPages;
  readonly access: AccountAccess;
  readonly factors: FactorPages;
  readonly strongerProof: StrongerProof;
  /** Absent where browsers make no passkeys. */
  readonly newPasskey: NewPasskeyPages | undefined;
  /** Of the link that proves a new e-mail address. */
  readonly newAddress: FormPage;
}

/** Of the installation. */
type Stored = Omit<
  AccountDeps,
  | 'config'
  | 'issuer'
  | 'throttle'
  | 'accountSessions'
  | 'signIn'
  | 'access'
  | 'factorPages'
  | 'factors'
  | 'rememberedDevices'
  | 'forms'
  | 'mailState'
  | 'pages'
> & {
  readonly config: AccountDeps['config'] & Pick<Config, 'issuer' | 'brandName' | 'terms'>;
  readonly sessions: AccountSessionDeps['sessions'] & AccessDeps['sessions'];
  readonly grants: AccessDeps['grants'];
  readonly consents: AccessDeps['consents'];
  readonly factors: FactorPagesDeps['factors'] & StrongerProofDeps['factors'] & AccountDeps['factors'];
  readonly rememberedDevices: FactorPagesDeps['rememberedDevices'];
} & Pick<AccessDeps, 'events' | 'scopes' | 'refreshTokens'>;

interface OfHost
  extends Pick<AccessDeps, 'provider' | 'clients' | 'resources'>,
    Pick<StrongerProofDeps, 'deviceCookie'> {
  readonly forms: PageForms;
  readonly throttle: AccountDeps['throttle'] & StrongerProofDeps['throttle'];
  readonly mailState: AccountDeps['mailState'];
  readonly proposedApps: ProposedApps;
  readonly mustHaveFactor: FactorPagesDeps['mustHaveFactor'];
  /** Undefined where browsers make none. */
  readonly newPasskeys: NewPasskeys | undefined;
  readonly pages: Pages;
}

export function createOwnAccount(stored: Stored, host: OfHost): OwnAccount {
  const { provider, forms, throttle, mailState, newPasskeys, pages } = host;
  const { keyedHash, clock } = stored;
  const { issuer, brandName, terms } = stored.config;
  const cookies = { issuer, keyedHash, clock };
  const accountSessions = new AccountSessions({
    ...cookies,
    sessions: stored.sessions,
    accounts: stored.accounts,
    factors: stored.factors,
    termsVersion: terms?.version,
  });
  const signIn = new AccountSignIn({ ...cookies, provider, brandName, accountSessions, pages });
  const access = new AccountAccess({ ...stored, ...host, issuer, accountSessions });
  const strongerProof = new StrongerProof({ ...stored, ...host, accountSessions, signIn });
  const changing = { issuer, signIn, accountSessions, strongerProof, brandName };
  const factors = new FactorPages({ ...stored, ...host, ...changing, offersPasskeys: newPasskeys !== undefined });
  const making = {
    factors: stored.factors,
    factorPages: factors,
    strongerProof,
    signIn,
    accountSessions,
    forms,
    pages,
  };
  const newPasskey = newPasskeys && new NewPasskeyPages({ newPasskeys, ...making });
  const deps = {
    ...{ ...stored, issuer, throttle, accountSessions, signIn, access },
    ...{ factorPages: factors, forms, mailState, pages },
  };
  const pagesOfAccount = { pages: new AccountPages(deps), access, factors, strongerProof, newPasskey };
  return { accountSessions, signIn, ...pagesOfAccount, newAddress: createNewAddress(deps) };
}
