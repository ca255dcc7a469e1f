/** Hands the engine the right storage for each of its models. */
import type { AdapterFactory } from 'oidc-provider';
import { artifactModels } from '../../ports/artifacts.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import { createArtifactAdapter } from './artifact-adapter.ts';
import { createClientAdapter, type EngineClients } from './client-adapter.ts';
import { createInteractionAdapter } from './interaction-adapter.ts';
import { createRefreshTokenAdapter, type RefreshTokenStorage } from './refresh-token-adapter.ts';
import { createSessionAdapter } from './session-adapter.ts';
import { unsupported } from './unsupported.ts';

export interface EngineStorage extends RefreshTokenStorage {
  readonly sessions: SessionStore;
  readonly clients: EngineClients;
}

export function createEngineAdapter(storage: EngineStorage): AdapterFactory {
  const { artifacts, sessions, clients, clock } = storage;
  return (name) => {
    if (name === 'Session') return createSessionAdapter(sessions, clock);
    if (name === 'Client') return createClientAdapter(clients);
    if (name === 'Interaction') return createInteractionAdapter(artifacts);
    if (name === 'RefreshToken') return createRefreshTokenAdapter(storage);
    const model = artifactModels.find((known) => known === name);
    // ReplayDetection never comes here (overrides.ts); other models belong to features that are off.
    return model === undefined ? unsupported(name) : createArtifactAdapter(model, artifacts);
  };
}
