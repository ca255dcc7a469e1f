/** How far clocks of other parties may differ from ours, and so how long past its `exp` a record is kept. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';

export const clockToleranceSeconds = 15;

const minute = 60;
const day = 24 * 3600;

const accessTokenSeconds = 10 * minute;
const interactionSeconds = 60 * minute;
const anonymousSessionSeconds = 10 * minute;
const idleSessionSeconds = 14 * day;
const maxSessionSeconds = 90 * day;
const idleRefreshTokenSeconds = 30 * day;
const maxRefreshTokenSeconds = 366 * day;
/** A grant must outlive every refresh token of it, else it silently caps them. */
export const maxGrantSeconds = maxRefreshTokenSeconds + idleRefreshTokenSeconds;

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
/** oidc-provider takes positive whole seconds only; what has run out lives one second more. */
const atLeastOne = (seconds: number): number => Math.max(1, Math.floor(seconds));

export function lifetimeOptions(): Configuration {
  return {
    ttl: {
      AccessToken: (_ctx: KoaContextWithOIDC, token) => token.resourceServer?.accessTokenTTL ?? accessTokenSeconds,
      ClientCredentials: (_ctx: KoaContextWithOIDC, token) =>
        token.resourceServer?.accessTokenTTL ?? accessTokenSeconds,
      AuthorizationCode: minute,
      IdToken: 10 * minute,
      Interaction: interactionSeconds,
      Session: (_ctx, session) => {
        if (session.accountId === undefined) return anonymousSessionSeconds;
        const endsAt = (session.loginTs ?? nowSeconds()) + maxSessionSeconds;
        return atLeastOne(Math.min(idleSessionSeconds, endsAt - nowSeconds()));
      },
      RefreshToken: (_ctx, token) => {
        const endsAt = (token.iiat ?? nowSeconds()) + maxRefreshTokenSeconds;
        return atLeastOne(Math.min(idleRefreshTokenSeconds, endsAt - nowSeconds()));
      },
      // Without offline_access everything of the grant ends with the session: nothing needs it for longer.
      Grant: (_ctx, grant) =>
        grant.getOIDCScope().includes('offline_access') ? maxGrantSeconds : maxSessionSeconds + day,
    },
  };
}
