/** What the sign-in pages work with. */
import type { PasswordHasher } from '../../domain/accounts/password-hasher.ts';
import type { LoginThrottle } from '../../domain/throttle/login-throttle.ts';
import type { AccountStore } from '../../ports/accounts.ts';
import type { ConsentStore } from '../../ports/consents.ts';
import type { EngineClients } from '../../provider/engine-adapter/client-adapter.ts';
import type { Engine } from '../../provider/engine-types.ts';
import type { EngineResources } from '../../provider/options/resources.ts';
import type { SessionGrants } from '../../provider/session-grants.ts';
import type { Pages } from '../pages/page-models.ts';
import type { FormGuard } from './cross-site.ts';

export interface InteractionWorld {
  readonly issuer: string;
  readonly provider: () => Engine;
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: LoginThrottle;
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly clients: EngineClients;
  readonly resources: EngineResources;
  readonly pages: Pages;
  readonly formGuard: FormGuard;
}
