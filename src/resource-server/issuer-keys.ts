/** The issuer's public keys: cached, refreshed seldom, and still used for a while when the issuer cannot be reached. */
import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import { discoverKeysAddress, fetchJson } from './discovery.ts';
import { TokenFault } from './token-fault.ts';

export interface IssuerKeysOptions {
  readonly issuer: string;
  readonly requestTimeoutSeconds: number;
  /** Younger keys are used as they are. */
  readonly keysFreshSeconds: number;
  /** Older keys are not used at all: a withdrawn key is trusted no longer than this. */
  readonly keysUsableSeconds: number;
  /** At least this long passes between a good refresh and the next one, whatever tokens arrive. */
  readonly refreshCooldownSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface IssuerKeys {
  /** Rejects with jose's `JWKSNoMatchingKey` for a key that the issuer has not, or a `TokenFault`. */
  keyFor(header: JWSHeaderParameters | undefined): Promise<CryptoKey>;
}

/** Rejects with an error of jose's if the fault is the token's, with any other if the key is unfit. */
type KeySet = (header?: JWSHeaderParameters) => Promise<CryptoKey>;

/** Throws jose's `JWKSInvalid` if the document is no key set. */
function keySetFrom(document: unknown): KeySet {
  const find = createLocalJWKSet(document as JSONWebKeySet);
  return async (header) => {
    const key = await find(header);
    const { modulusLength } = key.algorithm as { readonly modulusLength?: number };
    // RFC 7518 3.3.
    if (modulusLength !== undefined && modulusLength < 2048) {
      throw new Error('The issuer has an RSA key under 2048 bits.');
    }
    return key;
  };
}

// Shorter than the cool-down after a success: an API that was started before its issuer should recover soon.
const pauseAfterFailureSeconds = 5;

export function issuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { issuer, requestTimeoutSeconds, now } = options;
  let loaded: { readonly keys: KeySet; readonly at: number } | undefined;
  let failure: { readonly cause: unknown } | undefined;
  let nextRefreshAt = Number.NEGATIVE_INFINITY;
  let underway: Promise<void> | undefined;

  async function load(): Promise<void> {
    try {
      const address = await discoverKeysAddress(issuer, requestTimeoutSeconds);
      const keys = keySetFrom(await fetchJson(address, requestTimeoutSeconds));
      loaded = { keys, at: now() };
      failure = undefined;
      nextRefreshAt = now() + options.refreshCooldownSeconds * 1000;
    } catch (cause) {
      failure = { cause };
      nextRefreshAt = now() + pauseAfterFailureSeconds * 1000;
    }
    underway = undefined;
  }

  /** Never rejects, shares one refresh among all callers, and does nothing while cooling down. */
  async function refresh(): Promise<void> {
    if (underway === undefined && now() >= nextRefreshAt) underway = load();
    await underway;
  }

  function unavailable(cause: unknown): TokenFault {
    const retryAfterSeconds = Math.max(1, Math.ceil((nextRefreshAt - now()) / 1000));
    return new TokenFault('issuer_unavailable', { retryAfterSeconds, cause });
  }

  const isYoungerThan = (seconds: number) => loaded !== undefined && now() - loaded.at < seconds * 1000;

  async function currentKeys(): Promise<KeySet> {
    if (!isYoungerThan(options.keysFreshSeconds)) {
      const refreshing = refresh();
      // While the issuer is known to be down, requests that old keys can serve do not wait for its time-outs.
      if (failure === undefined || !isYoungerThan(options.keysUsableSeconds)) await refreshing;
    }
    if (loaded === undefined || !isYoungerThan(options.keysUsableSeconds)) throw unavailable(failure?.cause);
    return loaded.keys;
  }

  async function knownKey(header: JWSHeaderParameters | undefined): Promise<CryptoKey> {
    const keys = await currentKeys();
    return keys(header).catch((cause: unknown) => {
      // A published key that is unfit is not the caller's fault.
      throw cause instanceof errors.JOSEError ? cause : unavailable(cause);
    });
  }

  async function keyFor(header: JWSHeaderParameters | undefined): Promise<CryptoKey> {
    try {
      return await knownKey(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      // Whether the issuer has a new key cannot be told now, and a good token must not be thrown away for that.
      if (failure !== undefined) throw unavailable(failure.cause);
      return knownKey(header);
    }
  }

  return { keyFor };
}
