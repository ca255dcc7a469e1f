import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { FoundIssued, IssuedModel, IssuedStore } from '../../storage/issued/tokens.ts';
import { clockToleranceSeconds, pushedRequestKeptSeconds } from '../options/lifetimes.ts';
import type { CheckTarget } from '../options/resources.ts';
import { refuseLargeParameters } from '../protection/stored-parameters.ts';
import { currentContext, currentRequest } from '../request.ts';

export function keptUntil(model: string, exp: number | undefined): number | undefined {
  if (exp === undefined) return undefined;
  const extraSeconds = model === 'PushedAuthorizationRequest' ? pushedRequestKeptSeconds : 0;
  return (exp + clockToleranceSeconds + extraSeconds) * 1000;
}

export function toPayload(found: FoundIssued | undefined): AdapterPayload | undefined {
  if (found === undefined) return undefined;
  const { payload, consumedAt } = found;
  return { ...payload, ...(consumedAt !== undefined && { consumed: Math.floor(consumedAt / 1000) }) };
}

/**
 * oidc-provider calls it for each model when a grant ends, and then destroys the grant, which deletes all of them in the
 * safer order; or when one access token was revoked, which is gone by then and leaves the others.
 */
export const revokeByGrantId = async (): Promise<void> => undefined;

export function createModelAdapter(model: Exclude<IssuedModel, 'Grant'>, issued: IssuedStore): Adapter {
  return {
    ...unsupported(model),

    async upsert(id, payload) {
      refuseLargeParameters(payload.params ?? {});
      await issued.save(model, id, { ...payload }, keptUntil(model, payload.exp));
    },

    find: async (id) => toPayload(await issued.find(model, id)),

    async consume(id) {
      const outcome = await issued.consume(model, id);
      if (outcome === 'consumed') return;
      // oidc-provider ignores what consume returns: only an error keeps it from issuing tokens to the loser of a race.
      throw new errors.InvalidGrant(`${model} ${outcome}`);
    },

    destroy: async (id) => void (await issued.destroy(model, id)),

    revokeByGrantId,
  };
}

/** A code is good while the session lives in which it was issued, whatever outlives that session once it is exchanged. */
export function createCodeAdapter(issued: IssuedStore, sessions: Pick<SessionStore, 'findByUid'>): Adapter {
  const adapter = createModelAdapter('AuthorizationCode', issued);
  return {
    ...adapter,

    async find(id) {
      const code = await adapter.find(id);
      // One that was used is told from one that never was: its replay ends what came of it. Of one that ends with its session
      // oidc-provider looks itself.
      if (code?.sessionUid === undefined || code.consumed || code.expiresWithSession) return code;
      const document = (await sessions.findByUid(code.sessionUid))?.document;
      return document?.isDestroyed === false && document.state.accountId === code.accountId ? code : undefined;
    },
  };
}

/** What can be exchanged for tokens once. */
const exchanged: readonly string[] = ['AuthorizationCode', 'RefreshToken', 'DeviceCode'];

/** RFC 6749 5.2: a request for a token that no API takes is refused before its code or token is used up, which may be sent again. */
export function checkTargetFirst(model: string, adapter: Adapter, checkTarget: CheckTarget): Adapter {
  if (!exchanged.includes(model)) return adapter;
  return {
    ...adapter,

    async consume(id) {
      const [ctx, request] = [currentContext(), currentRequest()];
      const presented = request?.presented;
      // A retry is answered with what the first use got; what a user has denied to a device is denied whatever it is for.
      const isFirstUse = request?.usedRefreshToken === undefined && presented?.accountId !== undefined;
      if (ctx !== undefined && presented?.kind === model && isFirstUse) await checkTarget(ctx, presented);
      await adapter.consume(id);
    },
  };
}

/** Tokens that can be told apart by their length; the others have oidc-provider's usual 256 bits, 43 letters. */
const randomBits: Readonly<Record<string, number>> = { AccessToken: 264, ClientCredentials: 270, RefreshToken: 276 };
const BITS_A_LETTER = 6;

const modelOfLength = new Map(Object.entries(randomBits).map(([model, bits]) => [bits / BITS_A_LETTER, model]));

export function tokenBits(model: string): number {
  return randomBits[model] ?? 256;
}

/** False when its length says that it is a token of another model. */
export function mayBeToken(model: string, id: string): boolean {
  return (modelOfLength.get(id.length) ?? model) === model;
}

/** The methods that oidc-provider never calls on a model: a call is a bug. */
export function unsupported(model: string): Adapter {
  const fail = (method: string) => async (): Promise<never> => {
    throw new Error(`${model}.${method} is not supported by the storage adapter`);
  };
  return {
    upsert: fail('upsert'),
    find: fail('find'),
    findByUid: fail('findByUid'),
    findByUserCode: fail('findByUserCode'),
    consume: fail('consume'),
    destroy: fail('destroy'),
    revokeByGrantId: fail('revokeByGrantId'),
  };
}
