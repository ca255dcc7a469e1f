/** Builds one configured engine: cheap enough to be built anew whenever keys change. */
import Provider, { type Configuration } from 'oidc-provider';
import { type Config, loopbackRulesOf } from '../config/config.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyedHash } from '../storage/encryption/keyed-hash.ts';
import type { CachedTokenResponses } from '../storage/issued/refresh-token-families.ts';
import type { SessionStore } from '../storage/issued/sessions.ts';
import type { IssuedStore } from '../storage/issued/tokens.ts';
import type { AccountStore } from '../storage/records/accounts.ts';
import type { ClientStore } from '../storage/records/clients.ts';
import type { ConsentStore } from '../storage/records/consents.ts';
import { createAccessTokenReader } from './access-token-jwt.ts';
import { createAdapterFactory } from './adapter/adapter.ts';
import type { ClientCache } from './adapter/clients.ts';
import { type ProviderLog, reportEvents } from './events.ts';
import { jwtIntrospection } from './middleware/jwt-access-tokens.ts';
import { publicDocuments } from './middleware/public-documents.ts';
import { retriedRefresh } from './middleware/refresh-responses.ts';
import { storageLost } from './middleware/storage-unavailable.ts';
import { accountOptions } from './options/accounts.ts';
import { clientOptions } from './options/clients.ts';
import { existingGrantOptions } from './options/consent.ts';
import { type CookieKeys, cookieOptions } from './options/cookies.ts';
import { interactionOptions } from './options/interactions.ts';
import { createIntrospectionPolicy, introspectionOptions } from './options/introspection.ts';
import { lifetimeOptions } from './options/lifetimes.ts';
import { type ProviderPages, pageOptions } from './options/pages.ts';
import { algorithmOptions, outboundOptions, protocolOptions } from './options/protocol.ts';
import { type ResourceCache, resourceOptions } from './options/resources.ts';
import { tokenOptions } from './options/tokens.ts';
import { overrideProvider } from './overrides.ts';
import type { SessionGrants } from './session-grants.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface ProviderDeps {
  readonly config: Pick<Config, 'issuer' | 'mode' | 'outboundAllowPrivate' | 'refreshReuseSeconds'>;
  readonly accounts: AccountStore;
  readonly issued: IssuedStore;
  readonly sessions: SessionStore;
  readonly cachedResponses: CachedTokenResponses;
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly clients: ClientCache;
  readonly registeredClients: ClientStore;
  readonly resources: ResourceCache;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  readonly cookieKeys: CookieKeys;
  readonly dpopNonceSecret: Buffer;
  readonly pages: ProviderPages;
  readonly log: ProviderLog;
  /** Features of oidc-provider that are plugged in from outside; they can add options, and change none of ours. */
  readonly extraOptions?: Configuration;
}

export function createProvider(deps: ProviderDeps, signingKeys: SigningKeys): Provider {
  const { issuer, mode, outboundAllowPrivate, refreshReuseSeconds } = deps.config;
  const { issued, sessions, resources } = deps;
  const refresh = {
    issued,
    answers: deps.cachedResponses,
    clock: deps.clock,
    defaultReuseSeconds: refreshReuseSeconds,
  };
  const mayIntrospect = createIntrospectionPolicy(resources);
  const provider = new Provider(
    issuer,
    combineOptions([
      {
        adapter: createAdapterFactory({ ...deps, ...refresh }),
        jwks: { keys: signingKeys.keys.map((key) => ({ ...key })) as never },
      },
      accountOptions(deps.accounts),
      algorithmOptions(),
      clientOptions(issuer, loopbackRulesOf({ mode })),
      cookieOptions(issuer, deps.cookieKeys),
      existingGrantOptions(deps),
      interactionOptions(),
      introspectionOptions(mayIntrospect),
      lifetimeOptions(),
      outboundOptions(outboundAllowPrivate),
      pageOptions(deps.pages),
      protocolOptions(deps.dpopNonceSecret),
      resourceOptions(resources),
      tokenOptions(deps),
      deps.extraOptions ?? {},
    ]),
  );
  // The host in front has rewritten the forwarding headers: what they say is ours (web/middleware).
  provider.proxy = true;
  overrideProvider(provider, issued, deps.keyedHash);
  reportEvents(provider, deps.log);
  const readAccessToken = createAccessTokenReader(issuer, signingKeys.keys);
  provider.use(storageLost);
  provider.use(publicDocuments);
  provider.use(retriedRefresh(refresh));
  provider.use(jwtIntrospection({ readAccessToken, issued, sessions, mayIntrospect }));
  return provider;
}

type Options = Readonly<Record<string, unknown>>;

function join(target: Record<string, unknown>, part: Options, path: string): void {
  for (const [key, value] of Object.entries(part)) {
    if (key in target) throw new TypeError(`two concerns set oidc-provider option ${path}${key}`);
    target[key] = value;
  }
}

export function combineOptions(parts: readonly Configuration[]): Configuration {
  const options: Record<string, unknown> = {};
  const features: Record<string, unknown> = {};
  for (const { features: ofPart, ...rest } of parts) {
    join(options, rest, '');
    join(features, { ...ofPart }, 'features.');
  }
  return { ...options, features };
}
