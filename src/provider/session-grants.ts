/** The one grant that a session and client share: claimed once, extended by what is allowed. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type Provider from 'oidc-provider';
import type { GrantStore } from '../storage/issued/grants.ts';
import type { IssuedStore } from '../storage/issued/tokens.ts';
import { clockToleranceSeconds, maxGrantSeconds } from './options/lifetimes.ts';
import { type Access, addAccess } from './requested-access.ts';

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

export function createSessionGrants(grants: GrantStore, issued: IssuedStore): SessionGrants {
  async function begin(
    provider: Provider,
    { accountId, clientId }: GrantOwner,
    grantId: string,
    access: Access,
  ): Promise<Grant> {
    const grant = new provider.Grant({ accountId, clientId });
    grant.jti = grantId;
    addAccess(grant, access);
    await grant.save();
    return grant;
  }

  /** Undefined when there is no such grant: one that was ended meanwhile must not come back. */
  async function extend(
    provider: Provider,
    { accountId }: GrantOwner,
    grantId: string,
    access: Access,
  ): Promise<Grant | undefined> {
    let grant: Grant | undefined;
    const isThere = await issued.change('Grant', grantId, (payload) => {
      grant = new provider.Grant({ ...payload });
      grant.jti = grantId;
      if (grant.accountId !== accountId) throw new Error('a session claims a grant of another account');
      addAccess(grant, access);
      // What was added may need it for longer.
      grant.exp = Math.max(Number(payload.exp), Math.floor(Date.now() / 1000) + grant.expiration);
      const { openid, resources, exp } = grant;
      return { payload: { ...payload, openid, resources, exp }, expiresAt: (exp + clockToleranceSeconds) * 1000 };
    });
    return isThere ? grant : undefined;
  }

  /** The claim's winner may not have written its grant yet; one that died must not block the others for long. */
  async function extendSoon(...what: Parameters<typeof extend>): Promise<Grant | undefined> {
    for (let step = 0; step < WAIT_STEPS; step += 1) {
      const grant = await extend(...what);
      if (grant !== undefined) return grant;
      await pause(WAIT_STEP_MILLISECONDS);
    }
    return undefined;
  }

  return {
    async allow(provider, owner, access) {
      const { sessionUid, clientId } = owner;
      const ownId = randomBytes(32).toString('base64url');
      const reservedUntil = Date.now() + maxGrantSeconds * 1000;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const grantId = await grants.reserve(sessionUid, clientId, ownId, reservedUntil);
        if (grantId === ownId) return begin(provider, owner, ownId, access);
        const grant = await extendSoon(provider, owner, grantId, access);
        if (grant !== undefined) return grant;
        // Never written, or ended: whoever takes the claim over begins another one. The next round tells who it was.
        await grants.takeOver(sessionUid, clientId, grantId, ownId, reservedUntil);
      }
      throw new Error('a grant is changed by too many requests at once');
    },
  };
}
