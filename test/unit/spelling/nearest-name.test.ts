/** Which of the known names a mistyped one is taken for. */
import test from 'ava';
import { nearestName } from '../../../src/spelling/nearest-name.ts';

const known = ['ISSUER', 'HOST', 'PORT', 'STORAGE_URL', 'TRUSTED_PROXIES', 'redirect_uris', 'client_name#de', 'jwks'];

const typed: Readonly<Record<string, string | undefined>> = {
  // Left out, added, replaced, swapped with its neighbour.
  ISUER: 'ISSUER',
  ISSUERR: 'ISSUER',
  ISSUES: 'ISSUER',
  HOTS: 'HOST',
  PRT: 'PORT',
  jwk: 'jwks',
  STORAEG_URI: 'STORAGE_URL',
  TRUSTED_PROXY: 'TRUSTED_PROXIES',
  // Spelled as elsewhere.
  issuer: 'ISSUER',
  redirectUris: 'redirect_uris',
  'redirect-uris': 'redirect_uris',
  'client_name#d': 'client_name#de',
  // Too far, too short, too long.
  HELP: undefined,
  PR: undefined,
  x: undefined,
  '': undefined,
  COMPLETELY_DIFFERENT: undefined,
  ['ISSUER'.repeat(20_000)]: undefined,
};

for (const [name, meant] of Object.entries(typed)) {
  test(`${name.slice(0, 30)} is taken for ${meant}`, (t) => {
    t.is(nearestName(name, known), meant);
  });
}
