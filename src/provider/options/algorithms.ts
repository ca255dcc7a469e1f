/** Which signature algorithms are accepted and offered: asymmetric only, since client secrets are kept as hashes. */
import type { AsymmetricSigningAlgorithm, Configuration } from 'oidc-provider';

const accepted: AsymmetricSigningAlgorithm[] = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'];
/** What we have keys for. */
const offered: AsymmetricSigningAlgorithm[] = ['ES256', 'RS256'];

export function algorithmOptions(): Configuration {
  return {
    enabledJWA: {
      clientAuthSigningAlgValues: accepted,
      requestObjectSigningAlgValues: accepted,
      idTokenSigningAlgValues: offered,
      userinfoSigningAlgValues: offered,
      introspectionSigningAlgValues: offered,
      authorizationSigningAlgValues: offered,
      dPoPSigningAlgValues: ['ES256', 'Ed25519', 'EdDSA'],
    },
  };
}
