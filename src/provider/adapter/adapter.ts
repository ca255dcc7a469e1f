/** Which model of oidc-provider is kept where. */
import type { Adapter, AdapterFactory } from 'oidc-provider';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import { type IssuedStore, issuedModels } from '../../storage/issued/tokens.ts';
import type { CheckTarget } from '../options/resources.ts';
import { leaveOutRefused } from '../policy/refused-scopes.ts';
import type { AdmitVisitor } from '../protection/visitor-budgets.ts';
import { currentContext, currentRequest } from '../request.ts';
import { type ClientAdapterDeps, createClientAdapter, keepUsedClient } from './clients.ts';
import { createDeviceCodeAdapter } from './device-codes.ts';
import { createInteractionAdapter } from './interactions.ts';
import { createPushedRequestAdapter } from './pushed-requests.ts';
import { createRefreshTokenAdapter, type RefreshTokenDeps } from './refresh-tokens.ts';
import { createSessionAdapter, type SessionAdapterDeps } from './sessions.ts';
import { followSignIn } from './sign-in-ids.ts';
import {
  checkTargetFirst,
  createCodeAdapter,
  createModelAdapter,
  keptUntil,
  mayBeToken,
  toPayload,
  unsupported,
} from './tokens.ts';

export interface AdapterDeps {
  readonly issued: IssuedStore;
  readonly grants: GrantStore;
  readonly clients: ClientAdapterDeps;
  readonly refreshTokens: RefreshTokenDeps;
  readonly sessions: Omit<SessionAdapterDeps, 'admit' | 'grants'>;
  readonly keyedHash: KeyedHash;
  readonly admit: AdmitVisitor;
  readonly checkTarget: CheckTarget;
}

/** The models that are more than kept by id. */
const ofTheirOwn: { readonly [name: string]: (deps: AdapterDeps) => Adapter } = {
  Session: ({ sessions, grants, admit }) => createSessionAdapter({ ...sessions, grants, admit }),
  Client: ({ clients }) => createClientAdapter(clients),
  AuthorizationCode: ({ issued, sessions, clients }) =>
    keepUsedClient(
      onlyOfItsLength('AuthorizationCode', createCodeAdapter(issued, sessions.sessions)),
      () => true,
      clients,
    ),
  DeviceCode: ({ issued, admit, clients }) =>
    keepUsedClient(
      createDeviceCodeAdapter(issued, admit),
      ({ accountId, error }) => accountId !== undefined && error === undefined,
      clients,
    ),
  Interaction: ({ issued, keyedHash, admit }) => createInteractionAdapter(issued, keyedHash, admit),
  PushedAuthorizationRequest: ({ issued, admit }) => createPushedRequestAdapter(issued, admit),
  RefreshToken: ({ refreshTokens }) => onlyOfItsLength('RefreshToken', createRefreshTokenAdapter(refreshTokens)),
  Grant: ({ grants, issued }) => createGrantAdapter(grants, issued),
};

export function createAdapterFactory(deps: AdapterDeps): AdapterFactory {
  return (name) => checkTargetFirst(name, followSignIn(name, adapterOf(name)), deps.checkTarget);

  function adapterOf(name: string): Adapter {
    const own = ofTheirOwn[name];
    if (own !== undefined) return own(deps);
    const model = issuedModels.find((known) => known === name);
    // ReplayDetection never comes here (overrides.ts); other models belong to features that are off.
    if (model === undefined || model === 'Grant') return unsupported(name);
    return onlyOfItsLength(model, createModelAdapter(model, deps.issued));
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
    async find(id) {
      const payload = toPayload(await issued.find('Grant', id));
      const request = currentRequest();
      if (request !== undefined) request.grant = payload;
      const ctx = currentContext();
      if (ctx?.oidc.route === 'token' && request?.presented?.kind === 'RefreshToken')
        leaveOutRefused(ctx, request.presented.scope, request.grant);
      return payload;
    },
    destroy: (id) => grants.destroy(id),
  };
}
