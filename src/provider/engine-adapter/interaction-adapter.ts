/** Sign-ins under way: each ends once, and a late click does not begin it anew. */
import { type Adapter, errors } from 'oidc-provider';
import type { ArtifactStore } from '../../ports/artifacts.ts';
import { createArtifactAdapter, toPayload } from './artifact-adapter.ts';

export function createInteractionAdapter(artifacts: ArtifactStore): Adapter {
  return {
    ...createArtifactAdapter('Interaction', artifacts),

    async find(uid) {
      const found = await artifacts.find('Interaction', uid);
      return found?.consumedAt === undefined ? toPayload(found) : undefined;
    },

    /**
     * A resume destroys its interaction first: of two clicks, one goes on and the other is told that it is too late.
     * The record stays, spent, until it expires: a choice that is stored after that does not bring it back.
     */
    async destroy(uid) {
      if ((await artifacts.consume('Interaction', uid)) === 'consumed') return;
      throw new errors.SessionNotFound('interaction session not found');
    },
  };
}
