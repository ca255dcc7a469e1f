/** Tokens that the provider never issues, signed as it signs: each differs from a good one in one thing only. */
import { importJWK, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { openInstallation } from '../../src/compose.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { loadSigningKeys } from '../../src/provider/signing-keys.ts';

/** The header names the algorithm; the key is the one that the provider would take. */
export type SignAsProvider = (header: JWTHeaderParameters, payload: JWTPayload) => Promise<string>;

export async function signAsProvider(environment: Readonly<Record<string, string>>): Promise<SignAsProvider> {
  const keys = await readKeys(environment);
  return async (header, payload) => {
    const jwk = keys.find(({ alg }) => alg === header.alg);
    if (jwk?.kid === undefined) throw new Error(`The provider has no key for ${header.alg}.`);
    return new SignJWT(payload).setProtectedHeader({ ...header, kid: jwk.kid }).sign(await importJWK(jwk, header.alg));
  };
}

async function readKeys(environment: Readonly<Record<string, string>>): Promise<readonly JWK[]> {
  const installation = await openInstallation(configFromEnvironment(environment));
  try {
    return (await loadSigningKeys(installation.keys, installation.clock)).keys;
  } finally {
    await installation.close();
  }
}
