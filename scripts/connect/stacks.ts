/** Every stack that is run, in the order of docs/connect/README.md. */
import type { Stack } from './stack.ts';
import { authJs } from './stacks/auth-js.ts';
import { expressOpenidConnect } from './stacks/express-openid-connect.ts';
import { oidcClientTs } from './stacks/oidc-client-ts.ts';
import { openidClient } from './stacks/openid-client.ts';
import { passportOpenidconnect } from './stacks/passport-openidconnect.ts';

export const stacks: readonly Stack[] = [
  openidClient,
  authJs,
  passportOpenidconnect,
  oidcClientTs,
  expressOpenidConnect,
];
