/** An issuer on loopback with real keys: discovery, a key set, and tokens that are right unless told otherwise. */
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface TokenChanges {
  /** A claim set to undefined is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

export interface TestIssuer {
  readonly url: string;
  readonly requests: { discovery: number; keys: number };
  /** Signed with the newest key; times are taken from `nowSeconds`. */
  token(changes?: TokenChanges): Promise<string>;
  /** Signs a payload as it stands. */
  signed(payload: string, header?: TokenChanges['header']): Promise<string>;
  /** Adds a key, which signs from now on, and drops those before it unless they are kept. */
  rotate(algorithm?: string, options?: { keep?: boolean; kid?: string }): Promise<void>;
  /** The published keys, to be changed by those who test odd ones. */
  publishedKeys: JWK[];
  /** Answers instead of the issuer until it is set to undefined again. */
  misbehaviour: RequestListener | undefined;
  /** What discovery says beyond or instead of the truth. */
  discoveryChanges: Readonly<Record<string, unknown>>;
}

export const audience = 'https://notes.example/';

export async function startTestIssuer(
  t: { teardown(end: () => unknown): void },
  nowSeconds: () => number,
): Promise<TestIssuer> {
  let signing: { key: CryptoKey; algorithm: string; kid: string };
  const server = createServer((request, response) => {
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    issuer.requests[isDiscovery ? 'discovery' : 'keys'] += 1;
    if (issuer.misbehaviour !== undefined) {
      issuer.misbehaviour(request, response);
      return;
    }
    const discovery = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks`, ...issuer.discoveryChanges };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isDiscovery ? discovery : { keys: issuer.publishedKeys }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer: TestIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: { discovery: 0, keys: 0 },
    publishedKeys: [],
    misbehaviour: undefined,
    discoveryChanges: {},
    token({ claims = {}, header = {} } = {}) {
      const now = nowSeconds();
      const usual = { iss: issuer.url, aud: audience, sub: 'ada', client_id: 'notebook', scope: 'notes:read' };
      const lifetime = { jti: randomUUID(), iat: now, exp: now + 600 };
      return issuer.signed(JSON.stringify({ ...usual, ...lifetime, ...claims }), header);
    },
    signed(payload, header = {}) {
      return new CompactSign(Buffer.from(payload))
        .setProtectedHeader({ alg: signing.algorithm, typ: 'at+jwt', kid: signing.kid, ...header })
        .sign(signing.key, { crit: { 'x-unheard-of': true } });
    },
    async rotate(algorithm = 'ES256', { keep = false, kid = randomUUID() } = {}) {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
      signing = { key: privateKey, algorithm, kid };
      const published = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
      issuer.publishedKeys = [published, ...(keep ? issuer.publishedKeys : [])];
    },
  };
  await issuer.rotate();
  return issuer;
}
