/** Protocol settings that belong to no single concern: pushed requests, DPoP, clocks, discovery. */
import type { Configuration } from 'oidc-provider';
import { clockToleranceSeconds } from '../clock-tolerance.ts';

export const oidcScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const;

export function protocolOptions(dpopNonceSecret: Buffer): Configuration {
  return {
    clockTolerance: clockToleranceSeconds,
    scopes: [...oidcScopes],
    features: {
      pushedAuthorizationRequests: { enabled: true },
      dPoP: { enabled: true, nonceSecret: dpopNonceSecret, requireNonce: () => false, allowReplay: false },
    },
    discovery: {
      claim_types_supported: ['normal'],
      ui_locales_supported: ['en', 'de'],
      prompt_values_supported: ['none', 'login', 'consent'],
    },
  };
}
