/** Names, flags and signing keys of the engine's cookies. */
import Keygrip from 'keygrip';
import type { Configuration } from 'oidc-provider';

export type CookieKeys = Keygrip;

/** Shared with the host application, which must verify the same cookies. */
export function cookieKeys(keys: readonly Buffer[]): CookieKeys {
  // Keygrip's own default is SHA-1.
  return new Keygrip(
    keys.map((key) => key.toString('base64url')),
    'sha256',
    'base64',
  );
}

export function cookieOptions(issuer: string, keys: CookieKeys): Configuration {
  const isSecure = issuer.startsWith('https:');
  const flags = { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: true } as const;
  return {
    cookies: {
      keys,
      names: {
        session: isSecure ? '__Host-latchkey' : 'latchkey',
        // Scoped to a path, so they cannot be __Host-.
        interaction: isSecure ? '__Secure-latchkey_interaction' : 'latchkey_interaction',
        resume: isSecure ? '__Secure-latchkey_resume' : 'latchkey_resume',
      },
      long: flags,
      short: flags,
    },
  };
}
