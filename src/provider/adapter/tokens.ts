/** oidc-provider's Adapter interface over the issued port: losers of a race get the protocol's own error. */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { FoundIssued, IssuedModel, IssuedStore } from '../../storage/issued/tokens.ts';
import { clockToleranceSeconds } from '../options/lifetimes.ts';

/**
 * A pushed request is marked used when its code is issued, long after it stopped being accepted. Its mark must
 * outlive every sign-in that began with it, else one request_uri could pay out twice.
 */
const PUSHED_REQUEST_KEPT_SECONDS = 4 * 3600;

export function keptUntil(model: string, exp: number | undefined): number | undefined {
  if (exp === undefined) return undefined;
  const extraSeconds = model === 'PushedAuthorizationRequest' ? PUSHED_REQUEST_KEPT_SECONDS : 0;
  return (exp + clockToleranceSeconds + extraSeconds) * 1000;
}

export function toPayload(found: FoundIssued | undefined): AdapterPayload | undefined {
  if (found === undefined) return undefined;
  const { payload, consumedAt } = found;
  return { ...payload, ...(consumedAt !== undefined && { consumed: Math.floor(consumedAt / 1000) }) };
}

export function createModelAdapter(model: IssuedModel, issued: IssuedStore): Adapter {
  return {
    ...unsupported(model),

    upsert: (id, payload) => issued.save(model, id, { ...payload }, keptUntil(model, payload.exp)),

    find: async (id) => toPayload(await issued.find(model, id)),

    async consume(id) {
      const outcome = await issued.consume(model, id);
      if (outcome === 'consumed') return;
      // oidc-provider ignores what consume returns; only a throw keeps it from issuing tokens to a loser.
      if (model === 'PushedAuthorizationRequest') {
        throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
      }
      throw new errors.InvalidGrant(`${model} ${outcome}`);
    },

    async destroy(id) {
      if (model !== 'Grant') await issued.destroy(model, id);
    },

    // Asked model by model when a family ends, and then the grant is destroyed, which takes all of them along in the
    // safer order; or when one access token was revoked, which is gone by then and takes nothing else along.
    revokeByGrantId: async () => undefined,
  };
}

/**
 * Each letter of an id is six random bits; none of these has fewer than RFC 6749 10.10 asks for. Ids of any other length,
 * oidc-provider's usual 43 among them, tell nothing.
 */
const bitsOf: Readonly<Record<string, number>> = { AccessToken: 264, ClientCredentials: 270, RefreshToken: 276 };
const OTHER_BITS = 256;
const BITS_OF_A_LETTER = 6;

const modelOfLength = new Map(Object.entries(bitsOf).map(([model, bits]) => [bits / BITS_OF_A_LETTER, model]));

export function tokenBits(model: string): number {
  return bitsOf[model] ?? OTHER_BITS;
}

/** False when its length says that it is a token of another kind. */
export function mayBeToken(model: string, id: string): boolean {
  const told = modelOfLength.get(id.length);
  return told === undefined || told === model;
}

export function unsupported(model: string): Adapter {
  const refuse = (method: string) => async (): Promise<never> => {
    throw new Error(`${model}.${method} is not supported by the storage adapter`);
  };
  return {
    upsert: refuse('upsert'),
    find: refuse('find'),
    findByUid: refuse('findByUid'),
    findByUserCode: refuse('findByUserCode'),
    consume: refuse('consume'),
    destroy: refuse('destroy'),
    revokeByGrantId: refuse('revokeByGrantId'),
  };
}
