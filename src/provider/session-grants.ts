/** The one grant that a session and client share: reserved once, extended by what the user allows. */
import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Clock } from '../ports/clock.ts';
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

const POLL_MS = 20;
const POLLS = 50;
const MAX_ATTEMPTS = 10;

export interface SessionGrantsDeps {
  readonly grants: GrantStore;
  readonly issued: IssuedStore;
  readonly clock: Clock;
}

export class SessionGrants {
  readonly #grants: GrantStore;
  readonly #issued: IssuedStore;
  readonly #clock: Clock;

  constructor({ grants, issued, clock }: SessionGrantsDeps) {
    this.#grants = grants;
    this.#issued = issued;
    this.#clock = clock;
  }

  /** Adds to the grant of this session and client what was just allowed; makes the grant if there is none. */
  async allow(provider: Provider, owner: GrantOwner, access: Access): Promise<Grant> {
    const { sessionUid, clientId } = owner;
    const ownId = randomBytes(32).toString('base64url');
    const reservedUntil = this.#clock.now() + maxGrantSeconds * 1000;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const grantId = await this.#grants.reserve(sessionUid, clientId, ownId, reservedUntil);
      if (grantId === ownId) return this.#begin(provider, owner, ownId, access);
      const grant = await this.#extendSoon(provider, owner, grantId, access);
      if (grant !== undefined) return grant;
      // Never written, or ended: one of those who wait takes the reservation over. The next attempt shows which.
      await this.#grants.takeOver(sessionUid, clientId, grantId, ownId, reservedUntil);
    }
    throw new Error('a grant is changed by too many requests at once');
  }

  async #begin(provider: Provider, owner: GrantOwner, grantId: string, access: Access): Promise<Grant> {
    const grant = new provider.Grant({ accountId: owner.accountId, clientId: owner.clientId });
    grant.jti = grantId;
    addAccess(grant, access);
    await grant.save();
    return grant;
  }

  /** The winner of the reservation may not have written its grant yet; one that died must not block the others for long. */
  async #extendSoon(
    provider: Provider,
    owner: GrantOwner,
    grantId: string,
    access: Access,
  ): Promise<Grant | undefined> {
    for (let poll = 0; poll < POLLS; poll += 1) {
      const grant = await this.#extend(provider, owner, grantId, access);
      if (grant !== undefined) return grant;
      await this.#clock.sleep(POLL_MS);
    }
    return undefined;
  }

  /** Undefined when there is no such grant: one that was ended meanwhile must not come back. */
  async #extend(provider: Provider, owner: GrantOwner, grantId: string, access: Access): Promise<Grant | undefined> {
    let grant: Grant | undefined;
    const isThere = await this.#issued.change('Grant', grantId, (payload) => {
      grant = new provider.Grant({ ...payload });
      grant.jti = grantId;
      if (grant.accountId !== owner.accountId) throw new Error('a session reserved a grant of another account');
      addAccess(grant, access);
      // What was added may need it for longer.
      grant.exp = Math.max(Number(payload.exp), Math.floor(this.#clock.now() / 1000) + grant.expiration);
      const { openid, resources, exp } = grant;
      return { payload: { ...payload, openid, resources, exp }, expiresAt: (exp + clockToleranceSeconds) * 1000 };
    });
    return isThere ? grant : undefined;
  }
}
