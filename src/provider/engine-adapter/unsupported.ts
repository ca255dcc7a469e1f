/** The adapter methods that the engine never calls on a model; a call is a bug and says so. */
import type { Adapter } from 'oidc-provider';

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
