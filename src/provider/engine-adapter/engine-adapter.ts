/** Hands the engine the right storage for each of its models. */
import type { Adapter, AdapterFactory } from 'oidc-provider';
import { artifactModels } from '../../ports/artifacts.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import { mayBeToken } from '../token-lengths.ts';
import { createArtifactAdapter } from './artifact-adapter.ts';
import { createClientAdapter, type EngineClients } from './client-adapter.ts';
import { type ClientRegistrations, registerOnce } from './client-registration.ts';
import { createDeviceCodeAdapter } from './device-code-adapter.ts';
import { createInteractionAdapter } from './interaction-adapter.ts';
import { createRefreshTokenAdapter, type RefreshTokenStorage } from './refresh-token-adapter.ts';
import { createSessionAdapter } from './session-adapter.ts';
import { unsupported } from './unsupported.ts';

export interface EngineStorage extends RefreshTokenStorage, ClientRegistrations {
  readonly sessions: SessionStore;
  readonly clients: EngineClients;
}

/** A token that somebody shows is looked for in every place that it may have come from, and in no other. */
function soughtByLength(model: string, adapter: Adapter): Adapter {
  return { ...adapter, find: async (id) => (mayBeToken(model, id) ? adapter.find(id) : undefined) };
}

export function createEngineAdapter(storage: EngineStorage): AdapterFactory {
  const { artifacts, sessions, clients, clock } = storage;
  return (name) => {
    if (name === 'Session') return createSessionAdapter(sessions, clock);
    if (name === 'Client') return { ...createClientAdapter(clients), upsert: registerOnce(storage) };
    if (name === 'DeviceCode') return createDeviceCodeAdapter(artifacts);
    if (name === 'Interaction') return createInteractionAdapter(artifacts);
    if (name === 'RefreshToken') return soughtByLength(name, createRefreshTokenAdapter(storage));
    const model = artifactModels.find((known) => known === name);
    // ReplayDetection never comes here (overrides.ts); other models belong to features that are off.
    return model === undefined ? unsupported(name) : soughtByLength(model, createArtifactAdapter(model, artifacts));
  };
}
