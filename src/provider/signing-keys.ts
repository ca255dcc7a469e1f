/**
 * The signing keys: made at first start by one atomic insert, so that instances agree on them, and rotated without a moment
 * in which a valid token fails.
 *  1. A rotation appends keys that are published at once and sign when everybody can have fetched them.
 *  2. The newest that may sign does; each instance sees the time come by itself.
 *  3. The others stay published, so that what they signed verifies. They go with a rotation long after their last use.
 *  4. An installation that was made before an algorithm came gets a key for it when it is next opened.
 */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Clock } from '../ports/clock.ts';
import { type KeyDocument, type KeyStore, type SigningAlgorithm, signingAlgorithms } from '../storage/records/keys.ts';
import { publishedBeforeSigningSeconds, retiredKeyKeptSeconds } from './options/lifetimes.ts';

const DOCUMENT = 'signing';

export interface SigningKeys {
  /** Private keys in order of preference: the first that fits the algorithm signs. */
  readonly keys: readonly JWK[];
  /** By `kid`, of keys that others may know: when they were replaced, in milliseconds since the epoch. */
  readonly retiredAtOnce: ReadonlyMap<string, number>;
  /** As they are stored now: another instance may sign with one that came since. */
  reload(): Promise<SigningKeys>;
}

export interface StoredSigningKey {
  readonly jwk: JWK;
  /** Milliseconds since the epoch; absent: from the first start on. */
  readonly signsFrom?: number;
  /** Since when it may be known to others, in milliseconds since the epoch: what it signed later, we did not sign. */
  readonly retiredAtOnceAt?: number;
}

export type KeyState = 'waits' | 'signs' | 'verifies';

interface Stored {
  readonly keys: readonly StoredSigningKey[];
}

const encode = (stored: Stored): Buffer => Buffer.from(JSON.stringify(stored));
const decode = (value: Uint8Array): Stored => JSON.parse(Buffer.from(value).toString()) as Stored;

/** A key for each: RFC 8725 3.1 has none serve two algorithms. All at once, because finding primes takes long. */
async function makeKeys(algorithms: readonly SigningAlgorithm[] = signingAlgorithms): Promise<readonly JWK[]> {
  return Promise.all(
    algorithms.map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
      const jwk = await exportJWK(privateKey);
      return { ...jwk, alg, use: 'sig', kid: `${alg.toLowerCase()}-${crypto.randomUUID()}` };
    }),
  );
}

const signsFromOf = ({ signsFrom = 0 }: StoredSigningKey): number => signsFrom;
const isDue = (key: StoredSigningKey, now: number): boolean => signsFromOf(key) <= now;

/** Ours first; what a newer version made stays beside them. */
const algorithmsOf = (keys: readonly StoredSigningKey[]): readonly (string | undefined)[] => [
  ...new Set([...signingAlgorithms, ...keys.map(({ jwk }) => jwk.alg)]),
];

/** Of each algorithm the newest that may sign comes first; of two that were made at once, the later. */
function rank(keys: readonly StoredSigningKey[], now: number): readonly StoredSigningKey[] {
  const newestFirst = keys.toReversed().toSorted((one, other) => signsFromOf(other) - signsFromOf(one));
  const due = algorithmsOf(newestFirst).flatMap((alg) =>
    newestFirst.filter((key) => key.jwk.alg === alg && isDue(key, now)),
  );
  // Those whose time has not come sign nothing: they come last.
  return [...due, ...keys.filter((key) => !isDue(key, now))];
}

const missingIn = ({ keys }: Stored): readonly SigningAlgorithm[] =>
  signingAlgorithms.filter((alg) => !keys.some(({ jwk }) => jwk.alg === alg));

/** Nobody waits for a key of theirs: nothing was ever signed by that algorithm. Of two instances, the first adds it. */
async function withEveryAlgorithm(store: KeyStore, { value }: Pick<KeyDocument, 'value'>): Promise<Stored> {
  const stored = decode(value);
  const missing = missingIn(stored);
  if (missing.length === 0) return stored;
  const made = await makeKeys(missing);
  const updated = await store.update(DOCUMENT, (current) => {
    const { keys } = decode(current);
    const added = made.filter(({ alg }) => !keys.some(({ jwk }) => jwk.alg === alg));
    return encode({ keys: [...keys, ...added.map((jwk) => ({ jwk }))] });
  });
  if (updated === undefined) throw new Error('the signing keys disappeared while one was added');
  return decode(updated);
}

export async function loadSigningKeys(store: KeyStore, clock: Clock): Promise<SigningKeys> {
  const document = await store.loadOrCreate(DOCUMENT, async () =>
    encode({ keys: (await makeKeys()).map((jwk) => ({ jwk })) }),
  );
  const { keys } = await withEveryAlgorithm(store, document);
  return {
    keys: rank(keys, clock.now()).map(({ jwk }) => jwk),
    retiredAtOnce: new Map(
      keys.flatMap(({ jwk, retiredAtOnceAt: at }) => (at === undefined ? [] : [[String(jwk.kid), at] as const])),
    ),
    reload: () => loadSigningKeys(store, clock),
  };
}

const isFirstOfItsKind = (key: StoredSigningKey, at: number, ranked: readonly StoredSigningKey[]): boolean =>
  ranked.findIndex(({ jwk }) => jwk.alg === key.jwk.alg) === at;

/** For each key what it is used for now, in the order in which they are published. */
export async function listSigningKeys(
  store: KeyStore,
  clock: Clock,
): Promise<readonly (StoredSigningKey & { readonly state: KeyState })[]> {
  const document = await store.load(DOCUMENT);
  const now = clock.now();
  const ranked = document === undefined ? [] : rank(decode(document.value).keys, now);
  return ranked.map((key, at) => {
    if (!isDue(key, now)) return { ...key, state: 'waits' };
    return { ...key, state: isFirstOfItsKind(key, at, ranked) ? 'signs' : 'verifies' };
  });
}

/** Whether another of its kind has signed for so long that nothing valid is left of what this one signed. */
function isOutlived(key: StoredSigningKey, ranked: readonly StoredSigningKey[], now: number): boolean {
  if (!isDue(key, now)) return false;
  const successors = ranked.slice(0, ranked.indexOf(key)).filter(({ jwk }) => jwk.alg === key.jwk.alg);
  return successors.some((successor) => signsFromOf(successor) + retiredKeyKeptSeconds * 1000 < now);
}

/** Makes a key for each algorithm, and returns their ids. `isAtOnce`: because the ones before may be known to others. */
export async function rotateSigningKeys(
  store: KeyStore,
  clock: Clock,
  { isAtOnce }: { readonly isAtOnce: boolean },
): Promise<readonly string[]> {
  await loadSigningKeys(store, clock);
  const made = await makeKeys();
  await store.update(DOCUMENT, (value) => {
    const now = clock.now();
    const ranked = rank(decode(value).keys, now);
    const kept = ranked.filter((key) => !isOutlived(key, ranked, now)).toReversed();
    if (isAtOnce) {
      // Those that waited were stored beside the others: they do not come to sign either.
      const others = kept.map((key) => ({
        ...key,
        ...(!isDue(key, now) && { signsFrom: now - 1 }),
        retiredAtOnceAt: key.retiredAtOnceAt ?? now,
      }));
      return encode({ keys: [...others, ...made.map((jwk) => ({ jwk, signsFrom: now }))] });
    }
    // Not before those that a rotation a moment ago has made.
    const signsFrom = Math.max(now + publishedBeforeSigningSeconds * 1000, ...kept.map(signsFromOf));
    return encode({ keys: [...kept, ...made.map((jwk) => ({ jwk, signsFrom }))] });
  });
  return made.map(({ kid }) => String(kid));
}
