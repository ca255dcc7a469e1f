/** What the sign-in pages work with. */
import type { PasswordHasher } from '../../domain/accounts/password-hashing.ts';
import type { SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import type { ClientCache } from '../../provider/adapter/clients.ts';
import type { OidcProvider } from '../../provider/interactions.ts';
import type { ResourceCache } from '../../provider/options/resources.ts';
import type { SessionGrants } from '../../provider/session-grants.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { FormGuard } from '../middleware/forms.ts';
import type { Pages } from '../pages/page-models.ts';

export interface InteractionDeps {
  readonly issuer: string;
  readonly provider: () => OidcProvider;
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: SignInBudgets;
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly clients: ClientCache;
  readonly resources: ResourceCache;
  readonly pages: Pages;
  readonly formGuard: FormGuard;
}
