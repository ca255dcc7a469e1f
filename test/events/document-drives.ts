/** What clients do that are known by a metadata document. */
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ASSERTION_TYPE } from '../protocol/client-assertions.ts';
import { startDocuments } from '../protocol/documents.ts';
import { type Drive, newBrowser, request, watchedProvider } from './fixture.ts';

/** More assertions than the budget of a network with a hundredth of it has room for. */
const throttledAssertions: Drive = async (_shared, t) => {
  const documents = await startDocuments();
  t.teardown(() => documents.stop());
  const environment = { OUTBOUND_ALLOW_PRIVATE: documents.origin, BUDGET_FACTOR: '0.01' };
  const provider = await watchedProvider(t, { environment });
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), alg: 'ES256' }];
  const id = documents.publish({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } });
  for (let count = 0; count < 7; count += 1) {
    const claims = { iss: id, sub: id, aud: provider.latchkey.issuer, jti: randomUUID() };
    const signing = new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).setExpirationTime('1m');
    const proof = { client_assertion_type: ASSERTION_TYPE, client_assertion: await signing.sign(privateKey) };
    await request(provider, '/token/revocation', { form: { ...proof, token: 'x' } });
  }
  return provider;
};

const throttledFetches: Drive = async (_shared, t) => {
  const provider = await watchedProvider(t, { environment: { BUDGET_FACTOR: '0.01' } });
  // Nothing listens there.
  for (const path of ['one', 'two'])
    await newBrowser().open(`${provider.latchkey.issuer}/auth?client_id=https://localhost:1/${path}`);
  return provider;
};

export const throttledDocuments = {
  client_assertion: throttledAssertions,
  metadata_document: throttledFetches,
} as const satisfies Readonly<Record<string, Drive>>;
