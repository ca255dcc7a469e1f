/** Removes a client and ends all that was granted to it. */
import type { ArtifactStore } from '../../ports/artifacts.ts';
import type { ClientStore } from '../../ports/clients.ts';
import type { ConsentStore } from '../../ports/consents.ts';
import { Refusal } from '../refusal.ts';

export async function removeClient(
  clientId: string,
  {
    clients,
    consents,
    artifacts,
  }: {
    clients: ClientStore;
    consents: Pick<ConsentStore, 'removeForClient'>;
    artifacts: Pick<ArtifactStore, 'destroyGrantsOf'>;
  },
): Promise<void> {
  // The client first, so that nothing new is granted. Done again after a crash, the rest goes nevertheless.
  const wasThere = await clients.remove(clientId);
  await artifacts.destroyGrantsOf({ clientId });
  await consents.removeForClient(clientId);
  if (!wasThere) throw new Refusal('client_unknown');
}
