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

/** The winner of a reservation may not have written its grant yet; one that died must not block the others for long. */
const POLL_MS = 20;
const POLLS_BEFORE_TAKEOVER = 50;
const MAX_POLLS = 500;

export interface SessionGrantsDeps {
  readonly grants: GrantStore;
  readonly issued: IssuedStore;
  readonly clock: Clock;
}

export class SessionGrants {
  readonly #deps: SessionGrantsDeps;

  constructor(deps: SessionGrantsDeps) {
    this.#deps = deps;
  }

  /** Adds to the grant of this session and client what was just allowed; makes the grant if there is none. */
  async allow(provider: Provider, owner: GrantOwner, access: Access): Promise<Grant> {
    const { grants, clock } = this.#deps;
    const { sessionUid, clientId } = owner;
    const ownId = randomBytes(32).toString('base64url');
    const reservedUntil = clock.now() + maxGrantSeconds * 1000;
    let grantId = await grants.reserve(sessionUid, clientId, ownId, reservedUntil);
    for (let poll = 1; grantId !== ownId && poll <= MAX_POLLS; poll += 1) {
      const grant = await this.#extend(provider, owner, grantId, access);
      if (grant !== undefined) return grant;
      if (poll % POLLS_BEFORE_TAKEOVER === 0) {
        // Never written, or ended. One of those who wait takes the reservation over; reserving again shows which.
        await grants.takeOver(sessionUid, clientId, grantId, ownId, reservedUntil);
        grantId = await grants.reserve(sessionUid, clientId, ownId, reservedUntil);
      } else await clock.sleep(POLL_MS);
    }
    if (grantId !== ownId) throw new Error('a grant is changed by too many requests at once');
    const grant = new provider.Grant({ accountId: owner.accountId, clientId });
    grant.jti = ownId;
    addAccess(grant, access);
    await grant.save();
    return grant;
  }

  /** Undefined when there is no such grant: one that was ended meanwhile must not come back. */
  async #extend(provider: Provider, owner: GrantOwner, grantId: string, access: Access): Promise<Grant | undefined> {
    const { issued, clock } = this.#deps;
    let grant: Grant | undefined;
    const isThere = await issued.change('Grant', grantId, (payload) => {
      grant = new provider.Grant({ ...payload });
      grant.jti = grantId;
      if (grant.accountId !== owner.accountId) throw new Error('a session reserved a grant of another account');
      addAccess(grant, access);
      // What was added may need it for longer.
      grant.exp = Math.max(Number(payload.exp), Math.floor(clock.now() / 1000) + grant.expiration);
      const { openid, resources, exp } = grant;
      return { payload: { ...payload, openid, resources, exp }, expiresAt: (exp + clockToleranceSeconds) * 1000 };
    });
    return isThere ? grant : undefined;
  }
}
