/** Builds one configured engine: cheap enough to be built anew whenever keys change. */
import Provider, { type Configuration } from 'oidc-provider';
import type { Config } from '../config/config.ts';
import type { AccountStore } from '../ports/accounts.ts';
import type { ArtifactStore } from '../ports/artifacts.ts';
import type { ClientStore } from '../ports/clients.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConsentStore } from '../ports/consents.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { RefreshAnswers } from '../ports/refresh-answers.ts';
import type { SessionStore } from '../ports/sessions.ts';
import { createAccessTokenReader } from './access-token-jwt.ts';
import { jwtIntrospection } from './after/jwt-introspection.ts';
import { publicDocuments } from './after/public-documents.ts';
import { retriedRefresh } from './after/retried-refresh.ts';
import { storageLost } from './after/storage-lost.ts';
import { combineOptions } from './combine-options.ts';
import type { CookieKeys } from './cookie-keys.ts';
import type { EngineClients } from './engine-adapter/client-adapter.ts';
import { createEngineAdapter } from './engine-adapter/engine-adapter.ts';
import type { EnginePages } from './engine-pages.ts';
import { type EngineLog, reportEvents } from './events.ts';
import { createIntrospectionPolicy } from './introspection-policy.ts';
import { accountOptions } from './options/accounts.ts';
import { algorithmOptions } from './options/algorithms.ts';
import { clientOptions } from './options/clients.ts';
import { cookieOptions } from './options/cookies.ts';
import { existingGrantOptions } from './options/existing-grant.ts';
import { interactionOptions } from './options/interactions.ts';
import { introspectionOptions } from './options/introspection.ts';
import { lifetimeOptions } from './options/lifetimes.ts';
import { outboundOptions } from './options/outbound.ts';
import { pageOptions } from './options/pages.ts';
import { protocolOptions } from './options/protocol.ts';
import { type EngineResources, resourceOptions } from './options/resources.ts';
import { tokenOptions } from './options/tokens.ts';
import { overrideEngine } from './overrides.ts';
import type { SessionGrants } from './session-grants.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface ProviderWorld {
  readonly config: Pick<Config, 'issuer' | 'mode' | 'outboundAllowPrivate' | 'refreshGraceSeconds'>;
  readonly accounts: AccountStore;
  readonly artifacts: ArtifactStore;
  readonly sessions: SessionStore;
  readonly refreshAnswers: RefreshAnswers;
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly clients: EngineClients;
  readonly registeredClients: ClientStore;
  readonly resources: EngineResources;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  readonly cookieKeys: CookieKeys;
  readonly dpopNonceSecret: Buffer;
  readonly pages: EnginePages;
  readonly log: EngineLog;
  /** Features of the engine that are plugged in from outside; they can add options, and change none of ours. */
  readonly extraOptions?: Configuration;
}

export function createProvider(world: ProviderWorld, signingKeys: SigningKeys): Provider {
  const { issuer, mode, outboundAllowPrivate, refreshGraceSeconds } = world.config;
  const { artifacts, sessions, resources } = world;
  const refresh = {
    artifacts,
    answers: world.refreshAnswers,
    clock: world.clock,
    defaultGraceSeconds: refreshGraceSeconds,
  };
  const mayIntrospect = createIntrospectionPolicy(resources);
  const provider = new Provider(
    issuer,
    combineOptions([
      {
        adapter: createEngineAdapter({ ...world, ...refresh }),
        jwks: { keys: signingKeys.keys.map((key) => ({ ...key })) as never },
      },
      accountOptions(world.accounts),
      algorithmOptions(),
      clientOptions(issuer, { allowsLoopbackHttp: mode === 'development' }),
      cookieOptions(issuer, world.cookieKeys),
      existingGrantOptions(world),
      interactionOptions(),
      introspectionOptions(mayIntrospect),
      lifetimeOptions(),
      outboundOptions(outboundAllowPrivate),
      pageOptions(world.pages),
      protocolOptions(world.dpopNonceSecret),
      resourceOptions(resources),
      tokenOptions(world),
      world.extraOptions ?? {},
    ]),
  );
  // The host in front has rewritten the forwarding headers: what they say is ours (web/middleware).
  provider.proxy = true;
  overrideEngine(provider, artifacts, world.keyedHash);
  reportEvents(provider, world.log);
  const readAccessToken = createAccessTokenReader(issuer, signingKeys.keys);
  provider.use(storageLost);
  provider.use(publicDocuments);
  provider.use(retriedRefresh(refresh));
  provider.use(jwtIntrospection({ readAccessToken, artifacts, sessions, mayIntrospect }));
  return provider;
}
