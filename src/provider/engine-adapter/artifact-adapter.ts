/** The engine's Adapter interface over the artifacts port: losers of a race get the protocol's own error. */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { ArtifactModel, ArtifactStore, FoundArtifact } from '../../ports/artifacts.ts';
import { clockToleranceSeconds } from '../clock-tolerance.ts';
import { unsupported } from './unsupported.ts';

/**
 * A pushed request is marked used when its code is issued, long after it stopped being accepted. Its mark must
 * outlive every sign-in that began with it, else one request_uri could pay out twice.
 */
const PUSHED_REQUEST_KEPT_SECONDS = 4 * 3600;

export function keptUntil(model: ArtifactModel, exp: number | undefined): number | undefined {
  if (exp === undefined) return undefined;
  const extraSeconds = model === 'PushedAuthorizationRequest' ? PUSHED_REQUEST_KEPT_SECONDS : 0;
  return (exp + clockToleranceSeconds + extraSeconds) * 1000;
}

export function toPayload(found: FoundArtifact | undefined): AdapterPayload | undefined {
  if (found === undefined) return undefined;
  const { payload, consumedAt } = found;
  return { ...payload, ...(consumedAt !== undefined && { consumed: Math.floor(consumedAt / 1000) }) };
}

export function createArtifactAdapter(model: ArtifactModel, artifacts: ArtifactStore): Adapter {
  return {
    ...unsupported(model),

    upsert: (id, payload) => artifacts.save(model, id, { ...payload }, keptUntil(model, payload.exp)),

    find: async (id) => toPayload(await artifacts.find(model, id)),

    async consume(id) {
      const outcome = await artifacts.consume(model, id);
      if (outcome === 'consumed') return;
      // The engine ignores what consume returns; only a throw keeps it from issuing tokens to a loser.
      if (model === 'PushedAuthorizationRequest') {
        throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
      }
      throw new errors.InvalidGrant(`${model} ${outcome}`);
    },

    async destroy(id) {
      if (model === 'Grant') await artifacts.destroyGrant(id);
      else await artifacts.destroy(model, id);
    },

    // Asked model by model when a family ends, and then the grant is destroyed, which takes all of them along in the
    // safer order; or when one access token was revoked, which is gone by then and takes nothing else along.
    revokeByGrantId: async () => undefined,
  };
}
