/** The two engine methods that are replaced because no option exists for them. */
import type Provider from 'oidc-provider';
import { clientSecretHash } from '../domain/clients/client-secret.ts';
import { isSameSecret } from '../domain/same-secret.ts';
import type { ArtifactStore } from '../ports/artifacts.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import { clockToleranceSeconds } from './clock-tolerance.ts';
import { SECRET_HASH_SEPARATOR } from './engine-adapter/client-adapter.ts';

interface EngineClient {
  readonly clientId: string;
  readonly clientSecret?: string;
}

interface Overridable {
  readonly ReplayDetection: { unique: (issuer: string, jti: string, exp: number) => Promise<boolean> };
  readonly Client: { readonly prototype: EngineClient & { compareClientSecret: (presented: string) => boolean } };
}

export function overrideEngine(provider: Provider, artifacts: ArtifactStore, keyedHash: KeyedHash): void {
  const { ReplayDetection, Client } = provider as unknown as Overridable;

  // The engine reads, then writes: two requests with one `jti` would both pass (RFC 7523 3, RFC 9449 11.1).
  ReplayDetection.unique = (issuer, jti, exp) =>
    artifacts.firstSeen(`${issuer}\0${jti}`, (exp + clockToleranceSeconds) * 1000);

  // The engine compares plain secrets; ours are kept as keyed hashes, several at once during a rotation.
  Client.prototype.compareClientSecret = function compareClientSecret(this: EngineClient, presented) {
    const accepted = this.clientSecret?.split(SECRET_HASH_SEPARATOR) ?? [];
    const hash = clientSecretHash(keyedHash, presented);
    return accepted.some((known) => isSameSecret(known, hash));
  };
}
