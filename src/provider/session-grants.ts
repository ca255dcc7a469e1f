/** The one grant that a session and client share: claimed once, extended by what is allowed. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type Provider from 'oidc-provider';
import type { GrantClaims } from '../ports/grant-claims.ts';
import { type Access, addAccess, isMissingFrom } from './access.ts';
import { maxGrantSeconds } from './options/lifetimes.ts';

type Grant = InstanceType<Provider['Grant']>;

export interface GrantOwner {
  readonly sessionUid: string;
  readonly accountId: string;
  readonly clientId: string;
}

export interface SessionGrants {
  /** Adds to the grant of this session and client what was allowed just now; makes the grant if there is none. */
  allow(provider: Provider, owner: GrantOwner, access: Access): Promise<Grant>;
}

const WAIT_STEP_MILLISECONDS = 20;
const WAIT_STEPS = 50;
const MAX_ATTEMPTS = 10;

export function createSessionGrants(claims: GrantClaims): SessionGrants {
  /** The claim's winner may not have written its grant yet; one that died must not block the others for long. */
  async function findSoon(provider: Provider, grantId: string): Promise<Grant | undefined> {
    for (let step = 0; step < WAIT_STEPS; step += 1) {
      const grant = await provider.Grant.find(grantId);
      if (grant !== undefined) return grant;
      await pause(WAIT_STEP_MILLISECONDS);
    }
    return undefined;
  }

  async function allow(provider: Provider, owner: GrantOwner, access: Access): Promise<Grant> {
    const { sessionUid, accountId, clientId } = owner;
    const ownId = randomBytes(32).toString('base64url');
    const grantId = await claims.claim(sessionUid, clientId, ownId, Date.now() + maxGrantSeconds * 1000);
    const make = (): Grant => {
      const grant = new provider.Grant({ accountId, clientId });
      grant.jti = grantId;
      return grant;
    };
    if (grantId === ownId) {
      const grant = make();
      addAccess(grant, access);
      await grant.save();
      return grant;
    }
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const grant = (await findSoon(provider, grantId)) ?? make();
      if (grant.accountId !== accountId) throw new Error('a session claims a grant of another account');
      if (!isMissingFrom(grant, access)) return grant;
      addAccess(grant, access);
      await grant.save();
      // Read again on the next round: another tab may have saved the same grant without what was added here.
    }
    throw new Error('a grant is changed by too many requests at once');
  }

  return { allow };
}
