/** The whole assembly of oidc-provider: cheap enough to be built anew whenever keys or scopes change. */
import Provider, { type Configuration } from 'oidc-provider';
import { admissionOf, type Config, metadataRulesOf } from '../config/config.ts';
import type { ClientMetadata } from '../domain/clients/metadata/metadata.ts';
import type { Budgets } from '../domain/throttle/budgets.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { KeyedHash } from '../storage/encryption/keyed-hash.ts';
import type { GrantStore } from '../storage/issued/grants.ts';
import type { RefreshTokenFamilies } from '../storage/issued/refresh-token-families.ts';
import type { SessionStore } from '../storage/issued/sessions.ts';
import type { IssuedStore } from '../storage/issued/tokens.ts';
import type { AccountStore } from '../storage/records/accounts.ts';
import type { ClientStore } from '../storage/records/clients.ts';
import type { ConsentStore } from '../storage/records/consents.ts';
import type { Counters } from '../storage/records/counters.ts';
import type { EventStore } from '../storage/records/events.ts';
import type { ResourceStore } from '../storage/records/resources.ts';
import type { OrganisationScope } from '../storage/records/scopes.ts';
import type { UnreadableDocuments } from '../storage/throttle/unreadable-documents.ts';
import { createAdapterFactory } from './adapter/adapter.ts';
import type { ClientCache } from './adapter/clients.ts';
import { RefreshBursts } from './adapter/refresh-bursts.ts';
import type { RefreshTokenDeps } from './adapter/refresh-tokens.ts';
import { reportEvents } from './events.ts';
import { createMetadataDocuments } from './metadata-documents/metadata-documents.ts';
import { allowedAddresses } from './middleware/allowed-addresses.ts';
import { failedAuthentication } from './middleware/failed-authentication.ts';
import { createAccessTokenReader, jwtAccessTokens } from './middleware/jwt-access-tokens.ts';
import { publicDocuments } from './middleware/public-documents.ts';
import { refreshResponses } from './middleware/refresh-responses.ts';
import { signedOutClient } from './middleware/signed-out-client.ts';
import { storageUnavailable } from './middleware/storage-unavailable.ts';
import { tokenResponses } from './middleware/token-responses.ts';
import { userinfoErrors } from './middleware/userinfo-errors.ts';
import { accountOptions } from './options/accounts.ts';
import { claimsParameterOptions } from './options/claims-parameter.ts';
import { clientOptions } from './options/clients.ts';
import { consentOptions } from './options/consent.ts';
import { type CookieKeys, cookieOptions, endWithBrowser, withholdSessionCookie } from './options/cookies.ts';
import { fapiOptions } from './options/fapi.ts';
import { interactionOptions } from './options/interactions.ts';
import { createWeakTokenCheck } from './options/issued-level.ts';
import { lifetimeOptions } from './options/lifetimes.ts';
import { type ProviderPages, pageOptions } from './options/pages.ts';
import { algorithmOptions, knownScopes, outboundOptions, protocolOptions } from './options/protocol.ts';
import { requestObjectOptions } from './options/request-objects.ts';
import {
  createHints,
  createTargetCheck,
  type IdentifierCache,
  type ResourceCache,
  resourceOptions,
} from './options/resources.ts';
import { createIntrospectionPolicy, tokenOptions } from './options/tokens.ts';
import { overrideProvider } from './overrides.ts';
import { requestedScopeOptions } from './policy/requested-scope.ts';
import type { SecondFactorDeps } from './policy/second-factor.ts';
import type { FailedClients } from './protection/failed-clients.ts';
import { createVisitorBudgets, type DeviceOf } from './protection/visitor-budgets.ts';
import { registrationEndpoint, registrationOptions } from './registration/registration-endpoint.ts';
import { routeOptions } from './routes.ts';
import type { SessionGrants } from './session-grants.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface ProviderStores {
  readonly accounts: AccountStore;
  readonly clients: ClientStore;
  readonly consents: ConsentStore;
  readonly counters: Counters;
  readonly events: Pick<EventStore, 'removeForClient'>;
  readonly grants: GrantStore;
  readonly issued: IssuedStore;
  readonly refreshTokens: RefreshTokenFamilies;
  readonly resources: Pick<ResourceStore, 'get'>;
  readonly sessions: SessionStore;
  readonly unreadableDocuments: UnreadableDocuments;
}

export interface ProviderDeps {
  readonly settings: Pick<
    Config,
    | 'issuer'
    | 'brandName'
    | 'mode'
    | 'outboundAllowPrivate'
    | 'refreshReuseSeconds'
    | 'allowedAddresses'
    | 'accountRegistration'
    | 'mail'
    | 'terms'
    | 'requireSecondFactor'
    | 'readsMetadataDocuments'
    | 'clientRegistration'
  >;
  readonly stores: ProviderStores;
  readonly caches: {
    readonly clients: ClientCache;
    readonly resources: ResourceCache;
    readonly identifiers: IdentifierCache;
  };
  readonly secrets: {
    readonly keyedHash: KeyedHash;
    readonly cookieKeys: CookieKeys;
    readonly dpopNonceSecrets: readonly Buffer[];
  };
  readonly sessionGrants: SessionGrants;
  readonly secondFactors: SecondFactorDeps;
  readonly clock: Clock;
  readonly budgets: Budgets;
  readonly failedClients: FailedClients;
  /** Of client metadata, by whoever shows a client to this provider. */
  readonly ownRulesAreChecked?: boolean;
  /** Features of oidc-provider that are plugged in from outside; they can add options, and change none of ours. */
  readonly extraOptions?: Configuration | undefined;
}

/** What the host does for oidc-provider. */
export interface ProviderHost {
  readonly pages: ProviderPages;
  readonly log: Log;
  readonly deviceOf: DeviceOf;
}

/** Can change while a provider serves: then another one takes its place. */
export interface Changeable {
  readonly signingKeys: SigningKeys;
  readonly scopes: readonly OrganisationScope[];
}

/** `validateMetadata` knows the same scopes: it judges what registers itself. */
export function createProvider(
  deps: ProviderDeps,
  host: ProviderHost,
  { signingKeys, scopes }: Changeable,
  validateMetadata: ClientValidator = createClientValidator(deps, { signingKeys, scopes }),
): Provider {
  const { pages, log, deviceOf } = host;
  const { settings, stores, caches, secrets, sessionGrants, secondFactors, clock, extraOptions = {} } = deps;
  const { issuer } = settings;
  const { grants, issued, sessions } = stores;
  const { keyedHash, cookieKeys } = secrets;
  const refresh: RefreshTokenDeps = {
    refreshTokens: stores.refreshTokens,
    clock,
    reuse: settings.refreshReuseSeconds,
    bursts: new RefreshBursts(clock),
  };
  const { budgets, failedClients } = deps;
  const admit = createVisitorBudgets(budgets, deviceOf);
  const mayActForItself = async (clientId: string): Promise<boolean> => {
    // Read by this very request.
    const client = await caches.clients.get(clientId);
    return client?.kind === 'registered' && client.mayActForItself;
  };
  const hintAt = createHints(caches.identifiers, mayActForItself);
  const targets = { resources: caches.resources, hintAt, mayActForItself };
  const mayIntrospect = createIntrospectionPolicy({ ...caches, accounts: stores.accounts, clock });

  const scopeNames = knownScopes(scopes);
  const offersRegistration = admissionOf(settings) !== 'closed';

  type MadeClient = new (metadata: ClientMetadata, ctx: undefined, how: object) => { metadata(): ClientMetadata };
  const documents = createMetadataDocuments({
    ...{ isOn: settings.readsMetadataDocuments, accounts: stores.accounts, unreadable: stores.unreadableDocuments },
    ...{ ...caches, budgets, clock, rules: metadataRulesOf(settings), knownScopes: scopeNames },
    validate: (metadata) =>
      new (provider.Client as unknown as MadeClient)(metadata, undefined, { cimd: true }).metadata(),
  });
  const provider: Provider = new Provider(
    issuer,
    combineOptions([
      {
        adapter: createAdapterFactory({
          issued,
          grants,
          clients: { scopes: scopeNames, cache: caches.clients, store: stores.clients },
          refreshTokens: refresh,
          sessions: { sessions, clock, cookieKeys },
          keyedHash,
          admit,
          checkTarget: createTargetCheck(targets),
        }),
        jwks: { keys: signingKeys.keys.map((key) => ({ ...key })) as never },
      },
      accountOptions({
        accounts: stores.accounts,
        scopes,
        termsVersion: settings.terms?.version,
        requireSecondFactor: settings.requireSecondFactor,
        refuseWeak: createWeakTokenCheck({ resources: caches.resources, secondFactors }),
        clock,
      }),
      algorithmOptions(),
      claimsParameterOptions(scopes),
      clientOptions({
        issuer,
        ...metadataRulesOf(settings),
        clock,
        failedClients,
        ownRulesAreChecked: deps.ownRulesAreChecked,
      }),
      consentOptions({ consents: stores.consents, sessionGrants, scopes, keyedHash }),
      cookieOptions(issuer, cookieKeys),
      fapiOptions(),
      interactionOptions({
        scopes,
        consents: stores.consents,
        resources: caches.resources,
        secondFactors,
        offersRegistration,
      }),
      lifetimeOptions(clock),
      documents.options,
      outboundOptions(settings.outboundAllowPrivate, documents),
      pageOptions(pages),
      protocolOptions({
        dpopNonceSecrets: secrets.dpopNonceSecrets,
        uiLocales: pages.languages,
        scopes: scopeNames,
        offersRegistration,
      }),
      requestedScopeOptions(scopeNames),
      requestObjectOptions(clock),
      registrationOptions(settings.clientRegistration),
      resourceOptions(targets),
      routeOptions(),
      tokenOptions({ clock, resources: caches.resources, grants, sessions, mayIntrospect }),
      extraOptions,
    ]),
  );
  // The host in front has rewritten the forwarding headers: what they say is ours (web/middleware).
  provider.proxy = true;
  overrideProvider(provider, { issued, keyedHash, failedClients, admit, documents });
  reportEvents(provider, log);

  const readAccessToken = createAccessTokenReader({ issuer, signingKeys, resources: caches.resources, clock });
  provider.use(withholdSessionCookie(provider.cookieName('session')));
  const ofSignIn = ['interaction', 'resume'] as const;
  provider.use(
    endWithBrowser(ofSignIn.flatMap((kind) => [provider.cookieName(kind), `${provider.cookieName(kind)}.sig`])),
  );
  provider.use(allowedAddresses(settings.allowedAddresses));
  provider.use(storageUnavailable);
  if (settings.clientRegistration !== 'off') {
    provider.use(
      registrationEndpoint({
        issuer,
        setting: settings.clientRegistration,
        clients: {
          ...{ ...stores, keyedHash, clock, validateMetadata },
          ...{ rules: metadataRulesOf(settings), knownScopes: scopeNames },
        },
        ...{ removal: stores, issued, budgets, cache: caches.clients },
      }),
    );
  }
  provider.use(failedClients.count);
  provider.use(publicDocuments);
  provider.use(userinfoErrors);
  provider.use(failedAuthentication(issuer));
  provider.use(refreshResponses({ ...refresh, counters: stores.counters }));
  provider.use(tokenResponses(hintAt));
  provider.use(signedOutClient);
  provider.use(jwtAccessTokens({ readAccessToken, grants, issued, sessions, mayIntrospect }));
  return provider;
}

/** Throws oidc-provider's `InvalidClientMetadata` where it would not accept a client. Our own rules are not asked. */
export type ClientValidator = (metadata: Readonly<Record<string, unknown>>) => void;

/** Takes a provider of its own, made at the first call: only commands and registrations validate clients. */
export function createClientValidator(deps: ProviderDeps, changeable: Changeable): ClientValidator {
  const never = (): never => {
    throw new Error('this provider only validates clients');
  };
  const host: ProviderHost = {
    pages: { languages: [], error: never, confirmLogout: never, signedOut: never },
    log: { debug: never, info: never, warn: never, error: never },
    deviceOf: never,
  };
  type ClientClass = new (metadata: Readonly<Record<string, unknown>>) => object;
  let Client: ClientClass | undefined;
  return (metadata) => {
    Client ??= createProvider({ ...deps, ownRulesAreChecked: true }, host, changeable).Client as unknown as ClientClass;
    new Client(metadata);
  };
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
