/** The one grant that a session and client share: reserved once, changed by what the user allows and refuses. */
import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import { common, isEmpty, noAccess, without } from '../domain/grants/access.ts';
import { type Answer, notRefusable } from '../domain/grants/answers.ts';
import type { Clock } from '../ports/clock.ts';
import type { GrantStore } from '../storage/issued/grants.ts';
import type { IssuedStore } from '../storage/issued/tokens.ts';
import type { ConsentOwner, ConsentStore } from '../storage/records/consents.ts';
import { clockToleranceSeconds, maxGrantSeconds } from './options/lifetimes.ts';
import { answeredGrant, answerOf } from './requested-access.ts';

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
  readonly consents: Pick<ConsentStore, 'get'>;
  readonly issued: IssuedStore;
  readonly clock: Clock;
}

export class SessionGrants {
  readonly #deps: SessionGrantsDeps;

  constructor(deps: SessionGrantsDeps) {
    this.#deps = deps;
  }

  /** Changes the grant of this session and client by what was just answered; makes the grant if there is none. */
  async #answer(provider: Provider, owner: GrantOwner, answer: Answer): Promise<Grant> {
    const { grants, clock } = this.#deps;
    const { sessionUid, clientId } = owner;
    const ownId = randomBytes(32).toString('base64url');
    const reservedUntil = clock.now() + maxGrantSeconds * 1000;
    let grantId = await grants.reserve(sessionUid, clientId, ownId, reservedUntil);
    for (let poll = 1; grantId !== ownId && poll <= MAX_POLLS; poll += 1) {
      const grant = await this.#change(provider, owner, grantId, answer);
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
    Object.assign(grant, answeredGrant(undefined, answer));
    await grant.save();
    return grant;
  }

  /**
   * The same, held to what is remembered by then: another tab or browser may have answered otherwise since this one looked, or revoked.
   * Whoever answers remembers it first and goes through the grants afterwards, so that one of the two sees the other. Undefined where
   * the consent that this stands on was revoked meanwhile.
   */
  async answerAsRemembered(
    provider: Provider,
    owner: GrantOwner,
    answer: Answer,
    { standsOnConsent }: { readonly standsOnConsent: boolean },
  ): Promise<Grant | undefined> {
    const { consents, grants } = this.#deps;
    const grant = await this.#answer(provider, owner, answer);
    // Nobody is asked for it, and nobody can have refused it.
    if (!standsOnConsent && isEmpty(without(answer.allowed, notRefusable))) return grant;
    const remembered = await consents.get(owner.accountId, owner.clientId);
    if (remembered === undefined) {
      if (standsOnConsent) await grants.destroy(grant.jti);
      return standsOnConsent ? undefined : grant;
    }
    const refused = common(answer.allowed, remembered.refused);
    return isEmpty(refused) ? grant : this.#answer(provider, owner, { allowed: noAccess, refused });
  }

  /** What a user answers holds in every browser: what is refused ends there too, and what is allowed is refused there no longer. */
  async answerEverywhere({ accountId, clientId }: ConsentOwner, { allowed, refused }: Answer): Promise<void> {
    await this.#deps.grants.changeEach({ accountId, clientId }, (payload) => {
      const allowedAnew = common(allowed, answerOf(payload).refused);
      return {
        payload: { ...payload, ...answeredGrant(payload, { allowed: allowedAnew, refused }) },
        expiresAt: (Number(payload.exp) + clockToleranceSeconds) * 1000,
      };
    });
  }

  /** Undefined when there is no such grant: one that was ended meanwhile must not come back. */
  async #change(provider: Provider, owner: GrantOwner, grantId: string, answer: Answer): Promise<Grant | undefined> {
    const { issued, clock } = this.#deps;
    let grant: Grant | undefined;
    const isThere = await issued.change('Grant', grantId, (payload) => {
      grant = new provider.Grant({ ...payload });
      grant.jti = grantId;
      if (grant.accountId !== owner.accountId) throw new Error('a session reserved a grant of another account');
      const content = answeredGrant(payload, answer);
      Object.assign(grant, content);
      // What was added may need it for longer.
      grant.exp = Math.max(Number(payload.exp), Math.floor(clock.now() / 1000) + grant.expiration);
      const { exp } = grant;
      return { payload: { ...payload, ...content, exp }, expiresAt: (exp + clockToleranceSeconds) * 1000 };
    });
    return isThere ? grant : undefined;
  }
}
