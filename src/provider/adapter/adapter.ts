/** Which model of oidc-provider is kept where. */
import { type Adapter, type AdapterFactory, errors } from 'oidc-provider';
import type { GrantStore } from '../../storage/issued/grants.ts';
import { type IssuedStore, issuedModels } from '../../storage/issued/tokens.ts';
import { type ClientAdapterDeps, createClientAdapter } from './clients.ts';
import { createDeviceCodeAdapter } from './device-codes.ts';
import { createRefreshTokenAdapter, type RefreshTokenDeps } from './refresh-tokens.ts';
import { createSessionAdapter, type SessionAdapterDeps } from './sessions.ts';
import { followSignIn } from './sign-in-ids.ts';
import { createModelAdapter, keptUntil, mayBeToken, toPayload, unsupported } from './tokens.ts';

export interface AdapterDeps {
  readonly issued: IssuedStore;
  readonly grants: GrantStore;
  readonly clients: ClientAdapterDeps;
  readonly refreshTokens: RefreshTokenDeps;
  readonly sessions: SessionAdapterDeps;
}

export function createAdapterFactory(deps: AdapterDeps): AdapterFactory {
  const { issued } = deps;
  return (name) => followSignIn(name, adapterOf(name));

  function adapterOf(name: string): Adapter {
    if (name === 'Session') return createSessionAdapter(deps.sessions);
    if (name === 'Client') return createClientAdapter(deps.clients);
    if (name === 'DeviceCode') return createDeviceCodeAdapter(issued);
    if (name === 'Interaction') return createInteractionAdapter(issued);
    if (name === 'RefreshToken') return onlyOfItsLength(name, createRefreshTokenAdapter(deps.refreshTokens));
    const model = issuedModels.find((known) => known === name);
    // ReplayDetection never comes here (overrides.ts); other models belong to features that are off.
    if (model === undefined) return unsupported(name);
    if (model === 'Grant') return createGrantAdapter(deps.grants, issued);
    return onlyOfItsLength(model, createModelAdapter(model, issued));
  }
}

/** oidc-provider looks for an unknown token under each model: only those whose tokens have that length are searched. */
function onlyOfItsLength(model: string, adapter: Adapter): Adapter {
  return { ...adapter, find: async (id) => (mayBeToken(model, id) ? adapter.find(id) : undefined) };
}

function createGrantAdapter(grants: GrantStore, issued: IssuedStore): Adapter {
  return {
    ...unsupported('Grant'),
    upsert: (id, payload) => issued.save('Grant', id, { ...payload }, keptUntil('Grant', payload.exp)),
    find: async (id) => toPayload(await issued.find('Grant', id)),
    destroy: (id) => grants.destroy(id),
  };
}

function createInteractionAdapter(issued: IssuedStore): Adapter {
  return {
    ...createModelAdapter('Interaction', issued),

    async find(uid) {
      const found = await issued.find('Interaction', uid);
      return found?.consumedAt === undefined ? toPayload(found) : undefined;
    },

    /**
     * A resume destroys its interaction first: of two clicks, one goes on and the other gets the page for late clicks.
     * The record stays, consumed, until it expires: a choice that is stored after that does not bring it back.
     */
    async destroy(uid) {
      if ((await issued.consume('Interaction', uid)) === 'consumed') return;
      throw new errors.SessionNotFound('interaction session not found');
    },
  };
}
