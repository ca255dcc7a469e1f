/** The example app beside a stand-in for its provider, which knows discovery, keys and nothing else. */
import type { Server } from 'node:http';
import type { ExecutionContext } from 'ava';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createRelyingParty } from '../../examples/relying-party/server.ts';
import { listen } from '../support/listener.ts';

export const clientId = 'fieldnotes';
const keyId = 'the-only-one';

/** A claim set to undefined is left out. */
export type Claims = Readonly<Record<string, unknown>>;

export interface ExampleApp {
  /** Addresses without a slash at the end. */
  readonly app: string;
  readonly issuer: string;
  /** Signs with the key that the provider publishes. */
  sign(claims: Claims, header?: { readonly typ: string }): Promise<string>;
  stopProvider(): void;
  /** At the same address as before. */
  restartProvider(): Promise<void>;
}

async function publish(server: Server, issuer: string, publicKey: CryptoKey): Promise<void> {
  const documents: Readonly<Record<string, unknown>> = {
    '/.well-known/openid-configuration': {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      end_session_endpoint: `${issuer}/session/end`,
      authorization_response_iss_parameter_supported: true,
      id_token_signing_alg_values_supported: ['ES256'],
    },
    '/jwks': { keys: [{ ...(await exportJWK(publicKey)), kid: keyId, alg: 'ES256', use: 'sig' }] },
  };
  server.on('request', (request, response) => {
    const document = documents[request.url ?? ''];
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
}

export async function startExampleApp(t: ExecutionContext): Promise<ExampleApp> {
  const [provider, app] = [await listen(t), await listen(t)];
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const issuer = provider.origin;
  await publish(provider.server, issuer, publicKey);
  app.server.on(
    'request',
    createRelyingParty({
      name: 'Fieldnotes',
      baseUrl: app.origin,
      issuer,
      clientId,
      clientSecret: 'a secret that nobody asks for here',
      resource: 'http://localhost:1/',
      apiUrl: 'http://localhost:1/',
    }),
  );
  return {
    app: app.origin,
    issuer,
    sign: (claims, header) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid: keyId, ...header }).sign(privateKey),
    stopProvider() {
      provider.server.closeAllConnections();
      provider.server.close();
    },
    restartProvider: () =>
      new Promise((resolve) => {
        provider.server.listen(Number(new URL(issuer).port), '127.0.0.1', resolve);
      }),
  };
}
