/** What administrators hand out so that apps can register themselves (RFC 7591 3): each token pays for so many registrations. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Page } from '../../storage/driver.ts';
import type { IssuedPayload, IssuedStore } from '../../storage/issued/tokens.ts';
import { readName } from '../accounts/identifiers.ts';
import { DomainError } from '../domain-error.ts';
import type { MetadataPolicy } from './metadata-policy.ts';

const MODEL = 'InitialAccessToken';
const RANDOM_BYTES = 32;

export const initialAccessTokenBounds = {
  uses: { least: 1, most: 10_000, usual: 1 },
  ttlSeconds: { least: 60, most: 365 * 86_400, usual: 7 * 86_400 },
} as const;

export interface InitialAccessToken {
  /** Names it on the command line, and registers nothing. */
  readonly id: string;
  readonly name?: string;
  readonly uses: number;
  readonly usesLeft: number;
  readonly policy?: MetadataPolicy;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface WantedInitialAccessToken extends Pick<InitialAccessToken, 'name' | 'policy'> {
  readonly uses?: number;
  readonly ttlSeconds?: number;
}

interface Deps {
  readonly issued: IssuedStore;
  readonly clock: Pick<Clock, 'now'>;
}

/** In oidc-provider's spelling, with what is ours beside it. Its `jti` is the token, and comes with each request. */
function payloadOf({ issuedAt, expiresAt, ...token }: InitialAccessToken): IssuedPayload {
  return { kind: MODEL, iat: issuedAt, exp: expiresAt, ...token };
}

/** Undefined for what was not issued here, or is too old: by this clock too, whatever the database has purged. */
function tokenOf(payload: IssuedPayload, now: number): InitialAccessToken | undefined {
  const { kind, iat, exp, jti: _bearer, ...token } = payload;
  const { id, uses, usesLeft } = token;
  if (kind !== MODEL || typeof iat !== 'number' || typeof exp !== 'number' || typeof id !== 'string') return undefined;
  if (typeof uses !== 'number' || typeof usesLeft !== 'number' || usesLeft < 1 || exp * 1000 <= now) return undefined;
  // The others as `createInitialAccessToken` wrote them.
  return {
    ...(token as Pick<InitialAccessToken, 'name' | 'policy'>),
    id,
    uses,
    usesLeft,
    issuedAt: iat,
    expiresAt: exp,
  };
}

/** The prefix is what secret scanners find a leaked one by. */
const newToken = (): string => `lk_iat_${randomBytes(RANDOM_BYTES).toString('base64url')}`;

/** Its id begins with no hyphen: a shell command would take it for an option. */
function newTokenWithId(issued: IssuedStore): { readonly token: string; readonly id: string } {
  for (;;) {
    const token = newToken();
    const id = issued.referenceOf(MODEL, token);
    if (!id.startsWith('-')) return { token, id };
  }
}

/** `token` is kept as a hash only, and cannot be shown again. */
export async function createInitialAccessToken(
  wanted: WantedInitialAccessToken,
  { issued, clock }: Deps,
): Promise<{ readonly token: string; readonly stored: InitialAccessToken }> {
  const { uses, ttlSeconds } = initialAccessTokenBounds;
  const { name, policy } = wanted;
  const { token, id } = newTokenWithId(issued);
  const issuedAt = Math.floor(clock.now() / 1000);
  const stored: InitialAccessToken = {
    id,
    ...(name !== undefined && { name: readName(name) }),
    uses: wanted.uses ?? uses.usual,
    usesLeft: wanted.uses ?? uses.usual,
    ...(policy !== undefined && { policy }),
    issuedAt,
    expiresAt: issuedAt + (wanted.ttlSeconds ?? ttlSeconds.usual),
  };
  await issued.save(MODEL, token, payloadOf(stored), stored.expiresAt * 1000);
  return { token, stored };
}

/** Undefined when it was used up, revoked, is too old, or never was. */
export async function findInitialAccessToken(
  token: string,
  { issued, clock }: Deps,
): Promise<InitialAccessToken | undefined> {
  const found = await issued.find(MODEL, token);
  return found && tokenOf(found.payload, clock.now());
}

/**
 * Pays for one registration; of many callers at once exactly as many get it as there are uses left. The last thing before the
 * client is stored, so that a refused registration costs no use.
 */
export async function useInitialAccessToken(
  token: string,
  { issued, clock }: Deps,
): Promise<InitialAccessToken | undefined> {
  const spent = await issued.spend(MODEL, token, (payload) => {
    const current = tokenOf(payload, clock.now());
    if (current === undefined) return undefined;
    if (current.usesLeft === 1) return 'removed';
    const left = payloadOf({ ...current, usesLeft: current.usesLeft - 1 });
    return { payload: left, expiresAt: current.expiresAt * 1000 };
  });
  return spent && tokenOf(spent, clock.now());
}

/** Those that can still be used. */
export async function listInitialAccessTokens(
  page: Page,
  { issued, clock }: Deps,
): Promise<{ readonly items: readonly InitialAccessToken[]; readonly next: string | null }> {
  const { items, next } = await issued.list(MODEL, page);
  return { items: items.flatMap((payload) => tokenOf(payload, clock.now()) ?? []), next };
}

/** Clients that were registered by it stay. */
export async function revokeInitialAccessToken(id: string, { issued }: Pick<Deps, 'issued'>): Promise<void> {
  if (!(await issued.destroyByReference(MODEL, id))) throw new DomainError('initial_access_token_unknown');
}
