/** Names, flags and signing keys of the engine's cookies. */
import type { Configuration } from 'oidc-provider';
import type { CookieKeys } from '../cookie-keys.ts';

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
