/** Every stack that is run, in the order of docs/connect/README.md. */
import type { Stack } from './stack.ts';
import { authJs } from './stacks/auth-js.ts';
import { authlib } from './stacks/authlib.ts';
import { expressOpenidConnect } from './stacks/express-openid-connect.ts';
import { goOidc } from './stacks/go-oidc.ts';
import { goOidcApi } from './stacks/go-oidc-api.ts';
import { oauth2Proxy } from './stacks/oauth2-proxy.ts';
import { oidcClientTs } from './stacks/oidc-client-ts.ts';
import { openidClient } from './stacks/openid-client.ts';
import { passportOpenidconnect } from './stacks/passport-openidconnect.ts';
import { pyjwt } from './stacks/pyjwt.ts';
import { springBootApi } from './stacks/spring-boot-api.ts';
import { springBootApp } from './stacks/spring-boot-app.ts';

export const stacks: readonly Stack[] = [
  openidClient,
  authJs,
  passportOpenidconnect,
  oidcClientTs,
  expressOpenidConnect,
  springBootApp,
  springBootApi,
  authlib,
  pyjwt,
  goOidc,
  goOidcApi,
  oauth2Proxy,
];
