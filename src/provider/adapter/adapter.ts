/** Hands oidc-provider the right storage for each of its models. */
import { type Adapter, type AdapterFactory, errors } from 'oidc-provider';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import { type IssuedStore, issuedModels } from '../../storage/issued/tokens.ts';
import { type ClientCache, type ClientRegistrations, createClientAdapter, registerOnce } from './clients.ts';
import { createDeviceCodeAdapter } from './device-codes.ts';
import { createRefreshTokenAdapter, type RefreshTokenStorage } from './refresh-tokens.ts';
import { createSessionAdapter } from './sessions.ts';
import { createModelAdapter, mayBeToken, toPayload, unsupported } from './tokens.ts';

export interface AdapterDeps extends RefreshTokenStorage, ClientRegistrations {
  readonly sessions: SessionStore;
  readonly grants: GrantStore;
  readonly clients: ClientCache;
}

/** A token that somebody shows is looked for in every place that it may have come from, and in no other. */
function soughtByLength(model: string, adapter: Adapter): Adapter {
  return { ...adapter, find: async (id) => (mayBeToken(model, id) ? adapter.find(id) : undefined) };
}

export function createAdapterFactory(storage: AdapterDeps): AdapterFactory {
  const { grants, issued, sessions, clients, clock } = storage;
  return (name) => {
    if (name === 'Session') return createSessionAdapter(sessions, clock);
    if (name === 'Client') return { ...createClientAdapter(clients), upsert: registerOnce(storage) };
    if (name === 'DeviceCode') return createDeviceCodeAdapter(issued);
    if (name === 'Interaction') return createInteractionAdapter(issued);
    if (name === 'RefreshToken') return soughtByLength(name, createRefreshTokenAdapter(storage));
    if (name === 'Grant') return createGrantAdapter(grants, issued);
    const model = issuedModels.find((known) => known === name);
    // ReplayDetection never comes here (overrides.ts); other models belong to features that are off.
    return model === undefined ? unsupported(name) : soughtByLength(model, createModelAdapter(model, issued));
  };
}

function createGrantAdapter(grants: GrantStore, issued: IssuedStore): Adapter {
  return { ...createModelAdapter('Grant', issued), destroy: (id) => grants.destroy(id) };
}

function createInteractionAdapter(issued: IssuedStore): Adapter {
  return {
    ...createModelAdapter('Interaction', issued),

    async find(uid) {
      const found = await issued.find('Interaction', uid);
      return found?.consumedAt === undefined ? toPayload(found) : undefined;
    },

    /**
     * A resume destroys its interaction first: of two clicks, one goes on and the other is told that it is too late.
     * The record stays, spent, until it expires: a choice that is stored after that does not bring it back.
     */
    async destroy(uid) {
      if ((await issued.consume('Interaction', uid)) === 'consumed') return;
      throw new errors.SessionNotFound('interaction session not found');
    },
  };
}
