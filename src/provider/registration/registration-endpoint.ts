/**
 * Where apps register themselves (RFC 7591), and read, update and remove what they registered (RFC 7592). It answers in place of
 * oidc-provider, which takes any bearer where none is needed, stores what it shows, and removes nothing but the client. Its features are on
 * for discovery and for the list of routes.
 */
import type { Context, Middleware } from 'koa';
import type { Configuration } from 'oidc-provider';
import type { ClientRegistration } from '../../config/config.ts';
import type { RemovalDeps } from '../../domain/clients/change.ts';
import {
  type Admission,
  type Manager,
  type Registration,
  readItself,
  registerItself,
  removeItself,
  type SelfRegistrationDeps,
  UNUSED_DAYS,
  updateItself,
} from '../../domain/clients/dynamic-registration.ts';
import { findInitialAccessToken, useInitialAccessToken } from '../../domain/clients/initial-access-tokens.ts';
import type { ClientMetadata } from '../../domain/clients/metadata/metadata.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { type BudgetName, type Budgets, chargesOfStranger } from '../../domain/throttle/budgets.ts';
import type { IssuedStore } from '../../storage/issued/tokens.ts';
import { type ClientCache, isForeignAddress } from '../adapter/clients.ts';
import { addressNotAllowed, StatusError, tooManyRequests } from '../protection/status-error.ts';
import { noteFor, requestOf } from '../request.ts';
import { paths, segmentsBelow } from '../routes.ts';
import { readJsonObject } from './json-body.ts';
import { type Refusal, refusalOf } from './refusals.ts';

export interface RegistrationEndpointDeps {
  readonly issuer: string;
  readonly setting: Exclude<ClientRegistration, 'off'>;
  readonly clients: SelfRegistrationDeps;
  readonly removal: Omit<RemovalDeps, 'clients' | 'note'>;
  readonly issued: IssuedStore;
  readonly budgets: Pick<Budgets, 'takeAll' | 'seemsLeft' | 'refillSeconds'>;
  readonly cache: Pick<ClientCache, 'forget'>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const PREFLIGHT_SECONDS = 60 * 60;

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What the header holds; undefined where there is none. Anything but a bearer is one that is not valid. */
function bearerOf(ctx: Context): string | undefined {
  const { authorization } = ctx.headers;
  if (authorization === undefined) return undefined;
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1] ?? '';
}

/** Of one address, and of its network. */
type NetworkBudgets = readonly [BudgetName, BudgetName];

const ofRegistered: NetworkBudgets = ['clientRegistrations', 'clientRegistrationsOfNetwork'];
const ofRefused: NetworkBudgets = ['refusedRegistrations', 'refusedRegistrationsOfNetwork'];

/** What discovery says, and which routes there are. oidc-provider's own handlers are never reached. */
export function registrationOptions(setting: ClientRegistration): Configuration {
  const enabled = setting !== 'off';
  return { features: { registration: { enabled, initialAccessToken: true }, registrationManagement: { enabled } } };
}

interface RouteHandler {
  /** oidc-provider's name for the route. */
  readonly route: string;
  readonly handle: (ctx: Context, clientId: string) => Promise<void>;
}

type Handlers = Readonly<Record<string, RouteHandler | undefined>>;

function answerPreflight(ctx: Context, methods: readonly string[]): void {
  ctx.set('Access-Control-Allow-Methods', methods.join(', '));
  ctx.set('Access-Control-Allow-Headers', 'Authorization, Content-Type');
  ctx.set('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
  ctx.status = 204;
}

export function registrationEndpoint(deps: RegistrationEndpointDeps): Middleware {
  const { issuer, setting, clients, removal, issued, budgets, cache } = deps;
  const { clock } = clients;
  const addressOf = (clientId: unknown): string =>
    `${issuer}${paths.registration}/${encodeURIComponent(String(clientId))}`;

  function refuseSlowed(ctx: Context, retryAfterSeconds: number): never {
    noteFor(ctx)('request.throttled', 'registration');
    throw tooManyRequests('too many requests, try again later', retryAfterSeconds);
  }

  async function takeFromNetwork(ctx: Context, names: NetworkBudgets): Promise<void> {
    const taken = await budgets.takeAll(chargesOfStranger(ctx.ip, names));
    if ('retryAfterSeconds' in taken) refuseSlowed(ctx, taken.retryAfterSeconds);
  }

  /** A stranger's body takes time to judge, and none is judged once the network has sent too many that were refused. */
  async function judged(ctx: Context, register: () => Promise<Registration>): Promise<Registration> {
    const charges = chargesOfStranger(ctx.ip, ofRefused);
    const usedUp = charges.find((charge) => budgets.seemsLeft(...charge) < 1);
    if (usedUp !== undefined) refuseSlowed(ctx, budgets.refillSeconds(usedUp[0]));
    try {
      return await register();
    } catch (error) {
      if (!(error instanceof StatusError) && refusalOf(error) !== undefined) await takeFromNetwork(ctx, ofRefused);
      throw error;
    }
  }

  async function admissionOf(ctx: Context): Promise<Admission> {
    const bearer = bearerOf(ctx);
    if (bearer === undefined && setting === 'open') {
      const unusedUntil = clock.now() + UNUSED_DAYS * DAY_MS;
      return { unusedUntil, admit: () => takeFromNetwork(ctx, ofRegistered) };
    }
    const refuse = (): never => {
      const reason =
        bearer === undefined
          ? 'a registration needs an initial access token'
          : 'the initial access token is unknown, expired, revoked or used up';
      throw new DomainError('registration_token_invalid', { reason });
    };
    const token = bearer === undefined ? undefined : await findInitialAccessToken(bearer, { issued, clock });
    if (bearer === undefined || token === undefined) return refuse();
    return {
      policy: token.policy,
      async admit() {
        if ((await useInitialAccessToken(bearer, { issued, clock })) === undefined) refuse();
      },
    };
  }

  function managerOf(ctx: Context, clientId: string): Manager {
    const registrationAccessToken = bearerOf(ctx);
    if (registrationAccessToken === undefined)
      throw new DomainError('registration_token_invalid', {
        reason: 'the address of a registration needs its registration access token',
      });
    return {
      clientId,
      registrationAccessToken,
      checkAddress(metadata) {
        if (!isForeignAddress(metadata, ctx.ip)) return;
        noteFor(ctx)('request.refused', 'address_not_allowed', { clientId });
        throw addressNotAllowed();
      },
    };
  }

  function show(ctx: Context, metadata: ClientMetadata, registrationAccessToken: string): void {
    ctx.body = {
      ...metadata,
      registration_client_uri: addressOf(metadata.client_id),
      registration_access_token: registrationAccessToken,
    };
  }

  function showChanged(ctx: Context, { metadata, registrationAccessToken }: Registration): void {
    cache.forget(String(metadata.client_id));
    show(ctx, metadata, registrationAccessToken);
  }

  async function create(ctx: Context): Promise<void> {
    // First the token: a stranger's body is not read.
    const admission = await admissionOf(ctx);
    const register = async () => registerItself(await readJsonObject(ctx), admission, clients);
    const registered = await (admission.unusedUntil === undefined ? register() : judged(ctx, register));
    const clientId = String(registered.metadata.client_id);
    noteFor(ctx)('client.created', 'registration', { clientId });
    showChanged(ctx, registered);
    ctx.status = 201;
  }

  async function read(ctx: Context, clientId: string): Promise<void> {
    const manager = managerOf(ctx, clientId);
    show(ctx, await readItself(manager, clients), manager.registrationAccessToken);
  }

  async function update(ctx: Context, clientId: string): Promise<void> {
    // First the token, as above: without one the body is not read.
    const manager = managerOf(ctx, clientId);
    const given = await readJsonObject(ctx);
    const shown = {
      registration_client_uri: addressOf(clientId),
      registration_access_token: manager.registrationAccessToken,
    };
    const updated = await updateItself(manager, given, shown, clients);
    noteFor(ctx)('client.updated', 'registration', { clientId });
    showChanged(ctx, updated);
  }

  async function remove(ctx: Context, clientId: string): Promise<void> {
    const manager = managerOf(ctx, clientId);
    const deleting = { ...removal, clients: clients.clients, keyedHash: clients.keyedHash, note: noteFor(ctx) };
    try {
      await removeItself(manager, deleting);
    } finally {
      cache.forget(clientId);
    }
    ctx.status = 204;
  }

  const ofRegistration: Handlers = { POST: { route: 'registration', handle: create } };
  const ofClient: Handlers = {
    GET: { route: 'client', handle: read },
    HEAD: { route: 'client', handle: read },
    PUT: { route: 'client_update', handle: update },
    DELETE: { route: 'client_delete', handle: remove },
  };

  function refuse(ctx: Context, refusal: Refusal, clientId: string): void {
    const { status, reason, problems, body, retryAfterSeconds, challenge } = refusal;
    // Metadata is judged once the token is known to be of the client. The names of members alone: what is wrong with one may quote it.
    const detail = problems?.map(({ member }) => member).join(' ');
    const known = problems === undefined || clientId === '' ? {} : { clientId, isClientProven: true };
    if (reason !== undefined) noteFor(ctx)('request.refused', reason, { detail, ...known });
    ctx.status = status;
    if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
    // RFC 6750 3.1: whoever sent no token is told of no error.
    if (challenge !== undefined)
      ctx.set(
        'WWW-Authenticate',
        `Bearer realm="${issuer}"${ctx.headers.authorization === undefined ? '' : `, ${challenge}`}`,
      );
    ctx.body = body;
  }

  async function answer(ctx: Context, { route, handle }: RouteHandler, clientId: string): Promise<void> {
    requestOf(ctx).route = route;
    ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate, Retry-After');
    ctx.set('Cache-Control', 'no-store');
    try {
      await handle(ctx, clientId);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      refuse(ctx, refusal, clientId);
    }
  }

  return async (ctx, next) => {
    const below = segmentsBelow(paths.registration, ctx.path);
    if (below === undefined || below.length > 1 || below[0] === '') return next();
    const [segment] = below;
    const handlers = segment === undefined ? ofRegistration : ofClient;
    // Any origin: what is asked for is known by its bearer, and never by a cookie.
    ctx.set('Access-Control-Allow-Origin', '*');
    if (ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== '')
      return answerPreflight(ctx, Object.keys(handlers));
    const handler = handlers[ctx.method];
    return handler === undefined ? next() : answer(ctx, handler, decoded(segment ?? ''));
  };
}
