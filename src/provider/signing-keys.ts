/** Made at first start by one atomic insert, so that instances agree on them. */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { KeyStore } from '../storage/records/keys.ts';

const DOCUMENT = 'signing';

export interface SigningKeys {
  /** Private keys in order of preference: the first that fits the algorithm signs. */
  readonly keys: readonly JWK[];
  readonly version: number;
}

async function makeKey(alg: 'ES256' | 'RS256'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg, use: 'sig', kid: `${alg.toLowerCase()}-${crypto.randomUUID()}` };
}

export async function loadSigningKeys(store: KeyStore): Promise<SigningKeys> {
  const document = await store.loadOrCreate(DOCUMENT, async () => {
    const keys = await Promise.all([makeKey('ES256'), makeKey('RS256')]);
    return Buffer.from(JSON.stringify({ keys }));
  });
  const { keys } = JSON.parse(Buffer.from(document.value).toString()) as { keys: JWK[] };
  return { keys, version: document.version };
}

/** The version of the stored keys, for instances that follow a change. */
export async function storedKeysVersion(store: KeyStore): Promise<number | undefined> {
  return (await store.load(DOCUMENT))?.version;
}
