/** DPoP proofs of possession (RFC 9449 4). */
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface ProofWishes {
  readonly method?: string;
  readonly address: string;
  /** The token that is used, where one is. */
  readonly accessToken?: string;
  /** Replaces claims; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly typ?: string;
}

export interface DpopKey {
  readonly thumbprint: string;
  proof(options: ProofWishes): Promise<string>;
}

export async function newDpopKey(): Promise<DpopKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    async proof({ method = 'POST', address, accessToken, claims = {}, typ = 'dpop+jwt' }) {
      const usual = {
        htm: method,
        htu: address,
        jti: randomUUID(),
        iat: Math.floor(Date.now() / 1000),
        ...(accessToken !== undefined && { ath: createHash('sha256').update(accessToken).digest('base64url') }),
      };
      return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'ES256', typ, jwk }).sign(privateKey);
    },
  };
}
