/** Device codes: a person's answer is taken once, in whichever browser comes first, and is not changed after that. */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { ArtifactPayload, ArtifactStore } from '../../ports/artifacts.ts';
import { createArtifactAdapter, keptUntil, toPayload } from './artifact-adapter.ts';

/** How far the person has come: the code waits for one, one is about to answer, it is approved or refused. */
function stepOf({ inFlight, accountId, error }: ArtifactPayload | AdapterPayload): number {
  if (accountId !== undefined || error !== undefined) return 2;
  return inFlight ? 1 : 0;
}

export function createDeviceCodeAdapter(artifacts: ArtifactStore): Adapter {
  const plain = createArtifactAdapter('DeviceCode', artifacts);

  return {
    ...plain,

    findByUserCode: async (userCode) => toPayload(await artifacts.findByUserCode(userCode)),

    /**
     * The engine looks, and saves some time later: two browsers, or two accounts, would both be told yes, and the last
     * would get the device. Here each save must bring the code a step further than it is now.
     */
    async upsert(id, payload, expiresInSeconds) {
      const step = stepOf(payload);
      if (step === 0) return plain.upsert(id, payload, expiresInSeconds);
      const isThere = await artifacts.change('DeviceCode', id, (current) => {
        if (stepOf(current) >= step) throw new errors.InvalidRequest('the code was already used');
        return { payload: { ...payload }, expiresAt: keptUntil('DeviceCode', payload.exp) };
      });
      if (!isThere) throw new errors.InvalidRequest('the code has expired');
    },
  };
}
